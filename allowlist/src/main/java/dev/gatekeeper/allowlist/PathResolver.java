package dev.gatekeeper.allowlist;

import dev.gatekeeper.allowlist.arguments.PathView;

/** The file system as a decision sees it: the only thing outside of the list that it asks. */
public interface PathResolver extends PathView {}
