package dev.gatekeeper.catalog;

/** The four kinds of definitions that a server offers, with their MCP names. */
public enum Kind {
  TOOL("tools/list", "tools", "name", "notifications/tools/list_changed"),
  PROMPT("prompts/list", "prompts", "name", "notifications/prompts/list_changed"),
  RESOURCE("resources/list", "resources", "uri", "notifications/resources/list_changed"),
  TEMPLATE(
      "resources/templates/list",
      "resourceTemplates",
      "uriTemplate",
      "notifications/resources/list_changed");

  private final String method;
  private final String member;
  private final String key;
  private final String changed;

  Kind(String method, String member, String key, String changed) {
    this.method = method;
    this.member = member;
    this.key = key;
    this.changed = changed;
  }

  /** The method that lists it. */
  public String method() {
    return method;
  }

  /** The member of the list result that holds the definitions. */
  public String member() {
    return member;
  }

  /** The member of a definition that identifies it. */
  public String key() {
    return key;
  }

  /** The notification that announces a change of the list. */
  public String changed() {
    return changed;
  }

  /** Whether the identifier is a name, which gets the server's prefix; URIs stay as they are. */
  public boolean isNamed() {
    return key.equals("name");
  }
}
