// npm's smtp-server, which reads each mail and drops it. The argument is a PEM file with key and certificate.
const fs = require('fs');
const { SMTPServer } = require('smtp-server');

const pem = fs.readFileSync(process.argv[2]);
const server = new SMTPServer({
  key: pem,
  cert: pem,
  authOptional: true,
  disabledCommands: ['AUTH'],
  disableReverseLookup: true,
  logger: false,
  onData(stream, session, done) {
    stream.on('end', () => done());
    stream.resume();
  },
});
server.on('error', () => {}); // a client that hangs up is no reason to end
server.listen(0, '127.0.0.1', () => console.log(server.server.address().port));
process.stdin.on('end', () => process.exit(0)).resume();
