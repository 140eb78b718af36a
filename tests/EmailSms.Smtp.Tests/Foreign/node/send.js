// Sends two mails over one connection with nodemailer. The argument is its transport's options as JSON.
const nodemailer = require('nodemailer');

const transport = nodemailer.createTransport({
  ...JSON.parse(process.argv[2]), host: '127.0.0.1', pool: true, maxConnections: 1, tls: { rejectUnauthorized: false },
});

async function main() {
  await transport.verify();
  for (const subject of ['one', 'Größe']) {
    await transport.sendMail({
      from: 'ann@a.example', to: 'bob@gw.example', subject, text: `.dot\n${subject} text\n`,
    });
  }

  const refused = await transport
    .sendMail({ from: 'ann@a.example', to: 'refused@gw.example', subject: 'three', text: 'text' })
    .then(() => null, (error) => error);
  if (!refused || refused.responseCode !== 550) throw new Error(`A refusal was due: ${refused}`);
}

main().then(() => transport.close(), (error) => {
  console.error(error);
  process.exit(1);
});
