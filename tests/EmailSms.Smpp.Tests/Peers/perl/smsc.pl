# Net::SMPP as the SMSC, for one connection. Says what happens on stdout, one line of JSON each; sends a receipt for each
# submit_sm that wants one.
use strict;
use warnings;
use Net::SMPP;
use JSON::PP;

$| = 1;
sub say_ { print encode_json($_[0]), "\n" }

my $listener = Net::SMPP->new_listen('127.0.0.1', port => 0) or die "cannot listen: $!";
say_({ port => $listener->sockport });
my $smpp = $listener->accept or die "nobody came: $!";
my $id = 0;
while (my $pdu = $smpp->read_pdu()) {
    if ($pdu->{cmd} == Net::SMPP::CMD_bind_transceiver) {
        $smpp->bind_transceiver_resp(system_id => 'perl', seq => $pdu->{seq});
        say_({ bound => $pdu->{system_id}, password => $pdu->{password}, version => $pdu->{interface_version} });
    } elsif ($pdu->{cmd} == Net::SMPP::CMD_submit_sm) {
        my $name = 'p' . ++$id;
        $smpp->submit_sm_resp(message_id => $name, seq => $pdu->{seq});
        say_({
            id => $name,
            octets => unpack('H*', $pdu->{short_message}),
            coding => $pdu->{data_coding},
            esmClass => $pdu->{esm_class},
            from => $pdu->{source_addr},
            to => $pdu->{destination_addr},
        });
        next if !$pdu->{registered_delivery};
        $smpp->deliver_sm(
            async => 1, esm_class => 4, source_addr => $pdu->{destination_addr},
            destination_addr => $pdu->{source_addr},
            short_message => "id:$name sub:001 dlvrd:001 submit date:2611241200 done date:2611241201 stat:DELIVRD "
                . 'err:000 text:');
    } elsif ($pdu->{cmd} == Net::SMPP::CMD_enquire_link) {
        $smpp->enquire_link_resp(seq => $pdu->{seq});
    } elsif ($pdu->{cmd} == Net::SMPP::CMD_unbind) {
        $smpp->unbind_resp(seq => $pdu->{seq});
        say_({ unbound => JSON::PP::true });
        last;
    } else {
        say_({ heard => $pdu->{cmd}, status => $pdu->{status} });
    }
}
