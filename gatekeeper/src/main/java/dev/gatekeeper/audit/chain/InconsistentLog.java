package dev.gatekeeper.audit.chain;

import java.io.IOException;

/** The files of a log are not those that its state speaks of. Nothing is written any more. */
public final class InconsistentLog extends IOException {
  private static final long serialVersionUID = 1;

  InconsistentLog(String what) {
    super(what);
  }
}
