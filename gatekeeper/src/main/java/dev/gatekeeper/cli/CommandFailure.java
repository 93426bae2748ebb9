package dev.gatekeeper.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a command ends without having done what was asked: one sentence, and where there is one the
 * next command to type. Neither ever holds the value of a secret.
 */
final class CommandFailure extends Exception {
  private static final long serialVersionUID = 1;

  /** The answer is no: denied, tampered, found, due. */
  static final int NO = 1;

  /** The command line is wrong. */
  static final int USAGE = 2;

  /** The question cannot be answered here, or the environment is at fault. */
  static final int CANNOT_JUDGE = 3;

  private final int exit;
  private final String what;
  private final @Nullable String hint;

  CommandFailure(int exit, String what, Optional<String> hint) {
    super(what);
    this.exit = exit;
    this.what = what;
    this.hint = hint.orElse(null);
  }

  static CommandFailure no(String what, String hint) {
    return new CommandFailure(NO, what, Optional.of(hint));
  }

  static CommandFailure usage(String what, String hint) {
    return new CommandFailure(USAGE, what, Optional.of(hint));
  }

  static CommandFailure cannotJudge(String what, String hint) {
    return new CommandFailure(CANNOT_JUDGE, what, Optional.of(hint));
  }

  int exit() {
    return exit;
  }

  String what() {
    return what;
  }

  Optional<String> hint() {
    return Optional.ofNullable(hint);
  }
}
