package dev.gatekeeper.cli.console;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a command ends without having done what was asked: one sentence, and where there is one the
 * next command to type. Neither ever holds the value of a secret.
 */
public final class CommandFailure extends Exception {
  private static final long serialVersionUID = 1;

  /** The answer is no: denied, tampered, found, due. */
  public static final int NO = 1;

  /** The command line is wrong. */
  public static final int USAGE = 2;

  /** The question cannot be answered here, or the environment is at fault. */
  public static final int CANNOT_JUDGE = 3;

  private final int exit;
  private final String what;
  private final @Nullable String hint;

  public CommandFailure(int exit, String what, Optional<String> hint) {
    super(what);
    this.exit = exit;
    this.what = what;
    this.hint = hint.orElse(null);
  }

  public static CommandFailure no(String what, String hint) {
    return new CommandFailure(NO, what, Optional.of(hint));
  }

  public static CommandFailure usage(String what, String hint) {
    return new CommandFailure(USAGE, what, Optional.of(hint));
  }

  public static CommandFailure cannotJudge(String what, String hint) {
    return new CommandFailure(CANNOT_JUDGE, what, Optional.of(hint));
  }

  /** A question that needs a person was asked where there is none. */
  public static CommandFailure noTerminal(String hint) {
    return cannotJudge("there is no terminal to ask at", hint);
  }

  public int exit() {
    return exit;
  }

  public String what() {
    return what;
  }

  public Optional<String> hint() {
    return Optional.ofNullable(hint);
  }
}
