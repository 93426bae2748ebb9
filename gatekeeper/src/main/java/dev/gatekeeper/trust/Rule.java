package dev.gatekeeper.trust;

/** Why a pair of list and lock is in force. */
public enum Rule {
  /** A person trusted exactly this content. */
  CONTENT("content", "trusted as it is"),
  /** It grants nothing beyond what a person trusted last. */
  REMOVAL("removal", "it only takes power away from what was trusted"),
  /** As many people as the store asks for signed it. */
  SIGNED("signed", "signed by reviewers"),
  /** It is what the followed branch has now. */
  FOLLOWED("followed", "as the followed branch has it"),
  /** What a person trusted last, in place of something that grants more. */
  LAST("last", "as last trusted");

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
