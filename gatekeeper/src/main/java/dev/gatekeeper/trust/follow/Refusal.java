package dev.gatekeeper.trust.follow;

import dev.gatekeeper.git.Git;

/**
 * Why a remote cannot be asked, as far as git or ssh said it in words that are known here. What
 * they say otherwise holds a remote's own words, and is not repeated.
 */
enum Refusal {
  LATE(Git.LATE, "nothing came for a minute"),
  CHANGED_KEY(
      "REMOTE HOST IDENTIFICATION HAS CHANGED",
      "its host key is not the known one; whoever runs the host knows why"),
  UNKNOWN_KEY(
      "Host key verification failed",
      "its host key is not known; connect to it once by ssh, or name a file by --known-by"),
  NO_KEY("Permission denied", "it lets none of your ssh keys in"),
  NO_USER(
      "could not read Username",
      "it asks who you are; name a token in the vault by --token, or use ssh"),
  AUTHORITY("certificate", "its certificate is of no authority that counts"),
  NO_HOST("ould not resolve host", "no host has its name"),
  REDIRECT("unable to update url base from redirection", "it sends elsewhere");

  private final String phrase;
  private final String reason;

  Refusal(String phrase, String reason) {
    this.phrase = phrase;
    this.reason = reason;
  }

  String reason() {
    return reason;
  }

  /** A colon and the reason; nothing where it is not known. */
  static String in(String said) {
    for (Refusal refusal : values()) {
      if (said.contains(refusal.phrase)) {
        return ": " + refusal.reason;
      }
    }
    return "";
  }
}
