package dev.gatekeeper.trust;

/** Why a pair of list and lock is in force. */
public enum Rule {
  /** A person trusted exactly this content. */
  CONTENT("content", "trusted as it is");

  private final String word;
  private final String text;

  Rule(String word, String text) {
    this.word = word;
    this.text = text;
  }

  /** One word, for scripts. */
  public String word() {
    return word;
  }

  /** A few words, for people. */
  public String text() {
    return text;
  }
}
