package dev.gatekeeper.allowlist;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Variables that make a program load or start code of whoever sets them, or read its configuration
 * from elsewhere: they turn an entry for one program into an entry for any.
 */
public final class DangerousVariables {
  private static final Set<String> NAMES =
      Set.of(
          "BASHOPTS",
          "BASH_ENV",
          "BROWSER",
          "CLASSPATH",
          "DOTNET_STARTUP_HOOKS",
          "EDITOR",
          "ELECTRON_RUN_AS_NODE",
          "ENV",
          "GCONV_PATH",
          "GLIBC_TUNABLES",
          "GOFLAGS",
          "HOME",
          "IFS",
          "JAVA_OPTS",
          "JAVA_TOOL_OPTIONS",
          "JDK_JAVA_OPTIONS",
          "LOCPATH",
          "LUA_CPATH",
          "LUA_INIT",
          "LUA_PATH",
          "MAVEN_ARGS",
          "MAVEN_OPTS",
          "NLSPATH",
          "NODE_EXTRA_CA_CERTS",
          "NODE_OPTIONS",
          "NODE_PATH",
          "OPENSSL_CONF",
          "OPENSSL_MODULES",
          "PAGER",
          "PATH",
          "PHPRC",
          "PHP_INI_SCAN_DIR",
          "PROMPT_COMMAND",
          "PS4",
          "RUSTC_WRAPPER",
          "SHELL",
          "SHELLOPTS",
          "SSH_ASKPASS",
          "SSL_CERT_DIR",
          "SSL_CERT_FILE",
          "VISUAL",
          "XDG_CONFIG_HOME",
          "ZDOTDIR",
          "_JAVA_OPTIONS");

  private static final List<String> FAMILIES =
      List.of(
          "BASH_FUNC_",
          "BUN_",
          "CARGO_",
          "CORECLR_",
          "COR_",
          "DENO_",
          "DYLD_",
          "GIT_",
          "LD_",
          "NPM_CONFIG_",
          "PERL",
          "PIP_",
          "PYTHON",
          "RUBY",
          "UV_",
          "YARN_");

  private DangerousVariables() {}

  /** Whether {@code name} is one; some programs ignore the letter case. */
  public static boolean contains(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return NAMES.contains(upper) || FAMILIES.stream().anyMatch(upper::startsWith);
  }
}
