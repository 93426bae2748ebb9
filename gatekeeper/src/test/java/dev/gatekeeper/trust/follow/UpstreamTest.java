package dev.gatekeeper.trust.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Which remotes may be followed, and which may be given a token. */
final class UpstreamTest {
  @Test
  void remotesThatProveNothingAreRefused() {
    for (String url :
        new String[] {
          "http://example.org/a",
          "git://example.org/a",
          "ext::sh -c id",
          "https://user:made-up@example.org/a",
          "-uwhatever",
          "ssh://-oProxyCommand=x/y",
          "file://relative",
          "/tmp/x",
          ""
        }) {
      assertThatThrownBy(() -> Upstream.of(url, "main"))
          .as(url)
          .isInstanceOf(FollowException.class);
    }
    for (String branch :
        new String[] {"", "-x", "a..b", "a b", "a:b", "a*", "/a", "a/", "x.lock"}) {
      assertThatThrownBy(() -> Upstream.of("https://example.org/a.git", branch))
          .as(branch)
          .isInstanceOf(FollowException.class);
    }
  }

  @Test
  void aTokenIsForAnAddressAlone() throws Exception {
    Credential token = Credential.of("secret:forge/token", Credential.USER);
    for (String url :
        new String[] {
          "https:///a.git",
          "https://example.org/a|b",
          "https://example.org:0/a",
          "https://a_b/a",
          "https://example.org/a?b",
          "https://example.org/a#b",
          "ssh://git@example.org/a"
        }) {
      assertThatThrownBy(() -> Upstream.of(url, "main").with(token))
          .as(url)
          .isInstanceOf(FollowException.class)
          .hasMessageStartingWith("a token is for an https:// remote");
    }
    assertThat(Upstream.of("https://example.org:8443/a.git", "main").with(token).grantee())
        .isEqualTo("follow:example.org:8443");
  }

  @Test
  void remotesInUseAreTaken() throws Exception {
    for (String url :
        new String[] {
          "https://github.com/a/b.git",
          "git@github.com:a/b.git",
          "github.com:a/b",
          "ssh://git@example.org:22/a/b.git",
          "file:///srv/a.git"
        }) {
      assertThat(Upstream.of(url, "release/1.x").url()).isEqualTo(url);
    }
  }
}
