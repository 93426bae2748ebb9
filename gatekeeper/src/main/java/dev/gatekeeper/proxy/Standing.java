package dev.gatekeeper.proxy;

import dev.gatekeeper.allowlist.Policy;
import dev.gatekeeper.proxy.approval.ApprovalTerms;

/**
 * How things stand outside the session: which list is in force, whether the vault opens, whether
 * the log can be written. Asked anew each time, since a person may have changed it meanwhile.
 */
public interface Standing extends ApprovalTerms {
  /** What the agent is told at {@code initialize}; answers at once, without touching the disk. */
  String instructions();

  /** By what calls are judged from now on; takes no more than reading what is in memory. */
  Policy policy();

  /** Lines for {@code gatekeeper_status}, with the command to type where something is missing. */
  String text();
}
