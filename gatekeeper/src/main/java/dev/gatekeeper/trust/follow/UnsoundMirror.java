package dev.gatekeeper.trust.follow;

/** An object that ought to be in a mirror is missing there, or is not what its id says. */
final class UnsoundMirror extends Exception {
  private static final long serialVersionUID = 1L;
}
