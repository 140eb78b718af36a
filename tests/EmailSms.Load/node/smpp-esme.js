// node-smpp as an ESME. Each line of its input is one measurement: port, window, binds, milliseconds of warm-up and of
// measuring. Says "begin" when it counts, then "end", the submits that were answered, and the microseconds.
'use strict';
const readline = require('readline');
const smpp = require('smpp');

const destination = '447700900123';
const text = 'Ward 7, bed 12 calls. Please look after the patient, and answer this text when you have been there. Thanks.';

function measure(port, window, binds, warmUpMs, ms) {
  return new Promise((done) => {
    const sessions = [];
    let answered = 0;
    let stopped = false;
    const submit = (session) => {
      session.submit_sm({ source_addr: 'ACME', source_addr_ton: 5, destination_addr: destination,
        dest_addr_ton: 1, dest_addr_npi: 1, short_message: text }, (answer) => {
        if (answer.command_status !== 0) throw new Error(`refused with ${answer.command_status}`);
        answered++;
        if (!stopped) submit(session);
      });
    };
    const begin = () => {
      for (const session of sessions) for (let i = 0; i < window; i++) submit(session);
      setTimeout(() => {
        console.log('begin');
        const before = answered;
        const from = process.hrtime.bigint();
        setTimeout(() => {
          console.log(`end ${answered - before} ${(process.hrtime.bigint() - from) / 1000n}`);
          stopped = true;
          setTimeout(() => {
            sessions.forEach((session) => session.destroy());
            done();
          }, 100);
        }, ms);
      }, warmUpMs);
    };
    for (let i = 0; i < binds; i++) {
      const session = smpp.connect({ host: '127.0.0.1', port }, () => {
        session.bind_transceiver({ system_id: 'load', password: 'load' }, (answer) => {
          if (answer.command_status !== 0) throw new Error(`the bind was refused with ${answer.command_status}`);
          if (sessions.push(session) === binds) begin();
        });
      });
      session.on('enquire_link', (pdu) => session.send(pdu.response()));
      session.on('error', (error) => { if (!stopped) throw error; });
    }
  });
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    await measure(...line.split(' ').map(Number));
  }
})();
