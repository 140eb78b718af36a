# Net::SMPP as the ESME: binds to the port in $ARGV[0]. Says what happens on stdout, one line of JSON each; does what
# stdin says:
#   {"text": "...", "from": "...", "to": "...", "coding": 8}   submit a text (its octets in hexadecimal: "octets")
#   {"hear": true}   wait for the next deliver_sm and answer it        {"enquire": true}        {"unbind": true}
use strict;
use warnings;
use Net::SMPP;
use JSON::PP;

$| = 1;
sub say_ { print encode_json($_[0]), "\n" }

my ($smpp, $bound) = Net::SMPP->new_transceiver(
    '127.0.0.1', port => $ARGV[0], system_id => 'perl', password => 'secret');
if (!$smpp) { say_({ error => "no connection: $!" }); exit 1 }
say_({ bound => $bound->{status}, peer => $bound->{system_id} });

while (my $line = <STDIN>) {
    my $order = decode_json($line);
    if ($order->{unbind}) {
        my $answer = $smpp->unbind();
        say_({ unbindAnswered => $answer->{status} });
    } elsif ($order->{enquire}) {
        my $answer = $smpp->enquire_link();
        say_({ enquireAnswered => $answer->{status} });
    } elsif ($order->{hear}) {
        while (my $pdu = $smpp->read_pdu()) {
            if ($pdu->{cmd} == Net::SMPP::CMD_enquire_link) { $smpp->enquire_link_resp(seq => $pdu->{seq}); next }
            next if $pdu->{cmd} != Net::SMPP::CMD_deliver_sm;
            $smpp->deliver_sm_resp(message_id => '', seq => $pdu->{seq});
            say_({
                delivered => unpack('H*', $pdu->{short_message}),
                coding => $pdu->{data_coding},
                esmClass => $pdu->{esm_class},
                from => $pdu->{source_addr},
                to => $pdu->{destination_addr},
                receipted => $pdu->{receipted_message_id},
            });
            last;
        }
    } else {
        my $answer = $smpp->submit_sm(
            source_addr_ton => 5, source_addr_npi => 0, source_addr => $order->{from},
            dest_addr_ton => 1, dest_addr_npi => 1, destination_addr => $order->{to},
            data_coding => $order->{coding}, registered_delivery => 1,
            short_message => pack('H*', $order->{octets}));
        say_({ submitted => $answer->{status}, id => $answer->{message_id} });
    }
}
