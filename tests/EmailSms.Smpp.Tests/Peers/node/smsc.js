// node-smpp as the SMSC. Says what happens on stdout, one line of JSON each; does what stdin says:
//   {"text": "...", "from": "...", "to": "..."}   deliver a text       {"unbind": true}   say goodbye
'use strict';
const smpp = require('smpp');
const readline = require('readline');

const say = (what) => process.stdout.write(JSON.stringify(what) + '\n');
const sessions = [];
let lastId = 0;

const server = smpp.createServer((session) => {
  session.on('error', (error) => say({ error: String(error) }));
  session.on('bind_transceiver', (pdu) => {
    sessions.push(session);
    session.send(pdu.response({ system_id: 'node-smpp' }));
    say({ bound: pdu.system_id, password: pdu.password, version: pdu.interface_version });
  });
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu) => {
    session.send(pdu.response());
    say({ unbound: true });
  });
  session.on('submit_sm', (pdu) => {
    if (pdu.destination_addr === '13') {
      session.send(pdu.response({ command_status: smpp.ESME_RINVDSTADR }));
      return;
    }
    const id = 'n' + ++lastId;
    say({
      id,
      text: pdu.short_message.message,
      udh: pdu.short_message.udh ? pdu.short_message.udh.map((element) => element.toString('hex')).join(' ') : null,
      coding: pdu.data_coding,
      from: pdu.source_addr,
      to: pdu.destination_addr,
      reference: pdu.user_message_reference,
    });
    session.send(pdu.response({ message_id: id }));
    if (!pdu.registered_delivery) return;
    session.deliver_sm({
      esm_class: smpp.ESM_CLASS.MC_DELIVERY_RECEIPT,
      source_addr: pdu.destination_addr,
      destination_addr: pdu.source_addr,
      short_message: `id:${id} sub:001 dlvrd:001 submit date:2611241200 done date:2611241201 stat:DELIVRD err:000 text:`,
      receipted_message_id: id,
      message_state: 2,
    }, (answer) => say({ receiptAnswered: answer.command_status }));
  });
});

server.listen(0, '127.0.0.1', () => say({ port: server.address().port }));
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const order = JSON.parse(line);
  const session = sessions[sessions.length - 1];
  if (order.unbind) session.unbind(() => say({ unbindAnswered: true }));
  else {
    session.deliver_sm(
      { source_addr: order.from, destination_addr: order.to, short_message: order.text },
      (answer) => say({ textAnswered: answer.command_status }));
  }
}).on('close', () => process.exit(0));
