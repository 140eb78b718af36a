// node-smpp as an SMSC that takes every submit_sm and drops it. Says its port, and ends with its input.
'use strict';
const smpp = require('smpp');

let lastId = 0;
const server = smpp.createServer((session) => {
  session.on('error', () => {}); // a client that hangs up is no reason to end
  session.on('bind_transceiver', (pdu) => session.send(pdu.response({ system_id: 'load' })));
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu) => session.send(pdu.response()));
  session.on('submit_sm', (pdu) => session.send(pdu.response({ message_id: String(++lastId) })));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit(0)).resume();
