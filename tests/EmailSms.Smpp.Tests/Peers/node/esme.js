// node-smpp as the ESME: binds to the port in argv[2]. Says what happens on stdout, one line of JSON each; does what
// stdin says:
//   {"text": "...", "from": "...", "to": "..."}   submit a text        {"unbind": true}   say goodbye
//   {"parts": ["...", "..."], "reference": 7, …}  submit its parts     {"burst": 200, …}  as many at once, with receipts
'use strict';
const smpp = require('smpp');
const readline = require('readline');

const say = (what) => process.stdout.write(JSON.stringify(what) + '\n');

const session = smpp.connect({ host: '127.0.0.1', port: Number(process.argv[2]) }, () => {
  session.bind_transceiver({ system_id: 'node', password: 'secret' }, (answer) =>
    say({ bound: answer.command_status, peer: answer.system_id, version: answer.sc_interface_version }));
});
session.on('error', (error) => say({ error: String(error) }));
session.on('close', () => say({ closed: true }));
session.on('enquire_link', (pdu) => session.send(pdu.response()));
let burst = 0;
let burstReceipted = 0;
session.on('deliver_sm', (pdu) => {
  if (burst > 0) {
    session.send(pdu.response(), null, () => { if (++burstReceipted === burst) say({ burstReceipted }); });
    return;
  }
  say({
    delivered: pdu.short_message.message,
    esmClass: pdu.esm_class,
    receipted: pdu.receipted_message_id,
    state: pdu.message_state,
    udh: pdu.short_message.udh ? pdu.short_message.udh.map((element) => element.toString('hex')).join(' ') : null,
    from: pdu.source_addr,
    to: pdu.destination_addr,
  });
  session.send(pdu.response());
});

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const order = JSON.parse(line);
  if (order.unbind) session.unbind((answer) => say({ unbindAnswered: answer.command_status }));
  else if (order.parts) {
    order.parts.forEach((message, i) => session.submit_sm({
      source_addr: order.from,
      destination_addr: order.to,
      esm_class: 0x40,
      short_message: { udh: Buffer.from([5, 0, 3, order.reference, order.parts.length, i + 1]), message },
    }, (answer) => say({ submitted: answer.command_status, id: answer.message_id })));
  } else if (order.burst) {
    burst = order.burst;
    for (let i = 0; i < order.burst; i++) {
      session.submit_sm(
        { source_addr: order.from, destination_addr: order.to, short_message: `${i}`, registered_delivery: 1 },
        (answer) => { if (answer.command_status) say({ error: `refused with ${answer.command_status}` }); });
    }
  } else if (order.enquire) session.enquire_link((answer) => say({ enquireAnswered: answer.command_status }));
  else {
    session.submit_sm(
      { source_addr: order.from, destination_addr: order.to, short_message: order.text, registered_delivery: 1 },
      (answer) => say({ submitted: answer.command_status, id: answer.message_id }));
  }
}).on('close', () => process.exit(0));
