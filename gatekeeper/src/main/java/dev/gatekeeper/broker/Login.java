package dev.gatekeeper.broker;

/** What there is of a person's login to a remote server. */
public enum Login {
  /** Nobody has logged in. */
  NONE,

  /** One for all sessions, whose key lies in the vault. */
  KEPT,

  /** One that the session has by itself: none in the vault is needed. */
  OWN
}
