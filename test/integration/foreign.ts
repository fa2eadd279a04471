/** Tables as other programs on a host have them: a packet filter, a container engine, firewalld. */
import type { Lab } from "./namespaces.ts";

export async function layForeignTables(lab: Lab, nft = "nft"): Promise<void> {
  // As an argument: before 1.1 nft cannot read the socket that Node makes for standard input.
  await lab.host.run([nft, RULES]);
}

const RULES = `
table inet filter {
  set trusted {
    type ipv4_addr
    flags interval
    elements = { 192.0.2.0/24, 198.51.100.7 }
  }
  counter odd_drops {
  }
  chain input {
    type filter hook input priority 0; policy accept;
    ip saddr @trusted accept
    ct state established,related accept
    tcp dport { 22, 80, 443 } accept
  }
  chain forward {
    type filter hook forward priority 0; policy accept;
  }
}
table ip raw {
  chain PREROUTING {
    type filter hook prerouting priority -300; policy accept;
    accept
  }
}
table ip6 raw {
  chain PREROUTING {
    type filter hook prerouting priority -301; policy accept;
    accept
  }
}
table inet firewalld {
  chain mangle_PREROUTING {
    type filter hook prerouting priority -140; policy accept;
    jump mangle_PREROUTING_ZONES
  }
  chain mangle_PREROUTING_ZONES {
    iifname "attacker" return
  }
}
table inet bailiffs {
  set all_4_32 {
    type ipv4_addr
    flags timeout
    elements = { 192.0.2.77 }
  }
  chain pre {
    type filter hook prerouting priority -299; policy accept;
  }
}
`;
