package dev.gatekeeper.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NeighbourhoodTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1,LOOPBACK",
    "127.9.9.9,LOOPBACK",
    "0.0.0.0,LOOPBACK",
    "::1,LOOPBACK",
    "::,LOOPBACK",
    "::ffff:127.0.0.1,LOOPBACK",
    "::127.0.0.1,LOOPBACK",
    "64:ff9b::7f00:1,LOOPBACK",
    "2002:7f00:1::,LOOPBACK",
    "169.254.169.254,LINK_LOCAL",
    "fe80::1,LINK_LOCAL",
    "64:ff9b::a9fe:a9fe,LINK_LOCAL",
    "10.1.2.3,PRIVATE",
    "172.16.0.1,PRIVATE",
    "172.32.0.1,PUBLIC",
    "192.168.1.1,PRIVATE",
    "192.169.1.1,PUBLIC",
    "100.64.0.1,PRIVATE",
    "100.128.0.1,PUBLIC",
    "0.1.2.3,PRIVATE",
    "224.0.0.1,PRIVATE",
    "255.255.255.255,PRIVATE",
    "198.18.0.1,PRIVATE",
    "::ffff:10.0.0.1,PRIVATE",
    "fc00::1,PRIVATE",
    "fd12:3456::1,PRIVATE",
    "fec0::1,PRIVATE",
    "ff02::1,PRIVATE",
    "8.8.8.8,PUBLIC",
    "2606:4700::1111,PUBLIC",
    "2002:808:808::,PUBLIC"
  })
  void tellsWhereAnAddressIs(String address, Neighbourhood where) throws Exception {
    assertThat(Neighbourhood.of(InetAddress.getByName(address))).isEqualTo(where);
  }
}
