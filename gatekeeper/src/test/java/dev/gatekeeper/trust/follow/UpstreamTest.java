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
