package dev.gatekeeper.allowlist.arguments;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.format.Format;
import com.networknt.schema.keyword.AbstractKeyword;
import com.networknt.schema.keyword.BaseKeywordValidator;
import com.networknt.schema.keyword.KeywordType;
import com.networknt.schema.keyword.KeywordValidator;
import com.networknt.schema.keyword.NonValidationKeyword;
import com.networknt.schema.path.NodePath;
import com.networknt.schema.regex.RegularExpression;
import dev.gatekeeper.allowlist.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * Whether arguments satisfy a schema that {@link RuleCheck} accepted: the one class that knows the
 * validator. It is loaded with the first call that a rule judges.
 *
 * <p>The dialect holds the keywords of {@link Keyword} and no other; nothing is ever fetched.
 */
final class Conformance {
  /** Evaluated keywords of one call: alternatives in arrays multiply. About a second. */
  private static final long MAX_STEPS = 1_000_000;

  private static final String DIALECT_ID = "https://gatekeeper.dev/argument-rule";

  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          dialect(),
          builder ->
              builder
                  .schemaCacheEnabled(false)
                  .schemaLoader(loader -> loader.block(iri -> true))
                  .schemaRegistryConfig(
                      SchemaRegistryConfig.builder()
                          .failFast(true)
                          .formatAssertionsEnabled(true)
                          .regularExpressionFactory(Conformance::expression)
                          .build()));

  private static final ExecutionConfig LIMITS =
      ExecutionConfig.builder()
          .failFast(true)
          .formatAssertionsEnabled(true)
          .maxEvaluationSteps(MAX_STEPS)
          .build();

  /** The keyword that was violated, and the place: names and indices from the root. */
  record Violation(String keyword, List<String> path) {}

  private final Schema schema;

  Conformance(Json checked) {
    this.schema = REGISTRY.getSchema(SchemaLocation.of(DIALECT_ID), Nodes.ofSchema(checked));
  }

  /** The first violation; empty where there is none. */
  Optional<Violation> violation(Json value, PathView paths) {
    JsonNode node = Nodes.of(value);
    ExecutionContext context = new ExecutionContext(LIMITS);
    context.getCollectorContext().put(PathView.class, paths);
    try {
      List<Error> errors =
          schema.validate(context, node, com.networknt.schema.OutputFormat.DEFAULT);
      return errors.isEmpty() ? Optional.empty() : Optional.of(violation(errors.getFirst()));
    } catch (ValidationLimitExceededException e) {
      return Optional.of(new Violation("limits", List.of()));
    }
  }

  private static Violation violation(Error error) {
    List<String> path = new ArrayList<>();
    NodePath location = error.getInstanceLocation();
    for (int i = 0; i < location.getNameCount(); i++) {
      path.add(String.valueOf(location.getElement(i)));
    }
    if (error.getProperty() != null) {
      path.add(error.getProperty());
    }
    return new Violation(String.valueOf(error.getKeyword()), path);
  }

  private static Dialect dialect() {
    Dialect.Builder builder =
        Dialect.builder(DIALECT_ID).specificationVersion(SpecificationVersion.DRAFT_2020_12);
    for (Keyword keyword : Keyword.values()) {
      builder.keyword(
          switch (keyword) {
            case PATH_UNDER -> new Listing(keyword.word(), Directories::admits);
            case HOST_IN ->
                new Listing(keyword.word(), (listed, text, paths) -> Hosts.admits(listed, text));
            case THEN, ELSE, TITLE, DESCRIPTION, COMMENT ->
                new NonValidationKeyword(keyword.word());
            // By its word one gets the keyword of earlier drafts, which ignores prefixItems.
            case ITEMS -> KeywordType.ITEMS;
            default -> KeywordType.fromValue(keyword.word());
          });
    }
    // The validator takes the schemas true and false for keywords: without these it passes both.
    builder.keyword(KeywordType.TRUE).keyword(KeywordType.FALSE);
    Formats.all().forEach((name, test) -> builder.format(new Asserted(name, test)));
    return builder.build();
  }

  private static RegularExpression expression(String pattern) {
    try {
      return LinearPattern.parse(pattern)::matches;
    } catch (PatternException e) {
      throw new AssertionError("a pattern that was checked", e);
    }
  }

  /** A format of ours; other values than strings are the affair of {@code type}. */
  private record Asserted(String name, Predicate<String> test) implements Format {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean matches(ExecutionContext context, String value) {
      return test.test(value);
    }
  }

  /** Whether one of {@code listed} admits {@code text}, in the file system as it is now. */
  private interface Admission {
    boolean admits(List<String> listed, String text, PathView paths);
  }

  /** A keyword of ours: an array of strings, of which one must admit the value. */
  private static final class Listing extends AbstractKeyword {
    private final Admission admission;

    Listing(String word, Admission admission) {
      super(word);
      this.admission = admission;
    }

    @Override
    public KeywordValidator newValidator(
        SchemaLocation location, JsonNode node, Schema parent, SchemaContext context) {
      List<String> listed = new ArrayList<>();
      node.forEach(element -> listed.add(element.stringValue()));
      return new BaseKeywordValidator(this, node, location, parent, context) {
        @Override
        public void validate(
            ExecutionContext execution, JsonNode value, JsonNode root, NodePath place) {
          if (!value.isString()) {
            return;
          }
          PathView paths = execution.getCollectorContext().get(PathView.class);
          if (!admission.admits(listed, value.stringValue(), paths)) {
            execution.addError(
                error()
                    .instanceNode(value)
                    .instanceLocation(place)
                    .evaluationPath(execution.getEvaluationPath())
                    .messageKey("pattern")
                    .arguments(Listing.this.getValue())
                    .build());
          }
        }
      };
    }
  }
}
