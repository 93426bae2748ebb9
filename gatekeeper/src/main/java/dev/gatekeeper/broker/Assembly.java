package dev.gatekeeper.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.Program;
import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.Template;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.Receipt;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.redaction.ValueDigest;
import dev.gatekeeper.source.Source;
import dev.gatekeeper.source.SourceException;
import dev.gatekeeper.vault.key.SecretValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * One launch in the making: who needs what, then the grants, then the values, in this order. Where
 * a step fails, nothing is released, and what was granted is revoked.
 */
final class Assembly {
  private final String name;
  private final Home home;
  private final Map<String, Source> sources;
  private final AuditLog audit;
  private final Redactor redactor;
  private final LaunchContext context;

  private final List<Need> needs = new ArrayList<>();
  private final List<Launch.Grant> grants = new ArrayList<>();
  private final Map<Reference, SecretValue> values = new TreeMap<>();
  private Optional<SecretFiles> files = Optional.empty();
  private boolean weak;

  /** One secret for one variable, or for one argument. */
  private record Need(Reference reference, String variable) {}

  /**
   * @param sources by scheme, one for each reference of the program
   */
  Assembly(
      String name,
      Home home,
      Map<String, Source> sources,
      AuditLog audit,
      Redactor redactor,
      LaunchContext context) {
    this.name = name;
    this.home = home;
    this.sources = Map.copyOf(sources);
    this.audit = audit;
    this.redactor = redactor;
    this.context = context;
  }

  /** The entry says that what its server sends is not masked: then it may have what cannot be. */
  Assembly withWeak(boolean may) {
    weak = may;
    return this;
  }

  Launch of(Program program, List<String> further) throws BrokerException {
    program.env().forEach((variable, text) -> need(text, variable));
    program.files().forEach((variable, one) -> needs.add(new Need(one, variable)));
    for (int i = 0; i < program.args().size(); i++) {
      need(program.args().get(i), "args[" + i + "]");
    }
    try {
      grantAndReveal();
      SortedMap<String, byte[]> variables = base();
      for (Map.Entry<String, Template> each : program.env().entrySet()) {
        variables.put(each.getKey(), variable(each.getKey(), each.getValue()));
      }
      for (Map.Entry<String, Reference> each : program.files().entrySet()) {
        variables.put(each.getKey(), file(each.getKey(), each.getValue()));
      }
      List<String> arguments = new ArrayList<>();
      for (Template argument : program.args()) {
        arguments.add(text(argument));
      }
      arguments.addAll(further);
      Path directory =
          program.cwd().isEmpty()
              ? context.project()
              : context.project().resolve(text(program.cwd().get()));
      return launch(text(program.command()), arguments, variables, directory);
    } catch (BrokerException | RuntimeException e) {
      revoke();
      throw e;
    } finally {
      values.values().forEach(SecretValue::close);
    }
  }

  private void need(Template text, String variable) {
    text.references().stream()
        .distinct()
        .forEach(reference -> needs.add(new Need(reference, variable)));
  }

  private void grantAndReveal() throws BrokerException {
    try {
      for (Need need : needs) {
        source(need.reference).require(need.reference); // all, before any is granted
      }
      grant();
      for (Need need : needs) {
        reveal(need.reference);
      }
    } catch (SourceException e) {
      throw new BrokerException(name + " cannot be started: " + e.getMessage() + ".", e.hint());
    }
  }

  private Source source(Reference reference) {
    Source source = sources.get(reference.scheme());
    if (source == null) {
      throw new AssertionError("a launch was given no source for " + reference.scheme() + ":");
    }
    return source;
  }

  private void grant() throws BrokerException {
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    for (Need need : needs) {
      Source source = source(need.reference);
      Entry entry =
          Entry.of(Event.GRANT)
              .with(Field.SERVER, name)
              .with(Field.SECRET, need.reference.toString())
              .with(Field.VARIABLE, need.variable)
              .with(Field.SOURCE, source.name());
      OptionalLong generation = source.generation();
      if (generation.isPresent()) {
        entry = entry.with(Field.GENERATION, generation.getAsLong());
      }
      CompletableFuture<Receipt> receipt = new CompletableFuture<>();
      audit.submit(entry, receipt::complete);
      receipts.add(receipt);
    }
    Optional<String> fault = Optional.empty();
    for (int i = 0; i < receipts.size(); i++) {
      switch (receipts.get(i).join()) {
        case Receipt.Durable(long n) -> {
          Need need = needs.get(i);
          grants.add(
              new Launch.Grant(n, Launch.revoke(need.reference.toString(), need.variable, name)));
          source(need.reference).granted(need.reference, n);
        }
        case Receipt.Refused refused -> fault = Optional.of(refused.fault().text());
      }
    }
    if (fault.isPresent()) {
      throw new BrokerException(
          name + " cannot be started: no secret without a record. " + fault.get());
    }
  }

  private void reveal(Reference reference) throws SourceException, BrokerException {
    if (values.containsKey(reference)) {
      return;
    }
    SecretValue value = source(reference).reveal(reference);
    values.put(reference, value);
    boolean[] strong = new boolean[1];
    value.revealTo(bytes -> strong[0] = redactor.watch(reference.toString(), bytes));
    if (!strong[0] && !weak) {
      throw new BrokerException(
          name
              + " cannot be started: "
              + reference
              + " is too weak to be recognised and masked ("
              + Redactor.MIN_LENGTH
              + " bytes are the least, not all alike).",
          source(reference).renewal(reference));
    }
  }

  private SortedMap<String, byte[]> base() {
    SortedMap<String, byte[]> base = new TreeMap<>();
    BaseEnvironment.of(context.environment())
        .forEach((variable, value) -> base.put(variable, Broker.bytes(variable + "=" + value)));
    return base;
  }

  private byte[] variable(String variable, Template text) throws BrokerException {
    List<Template.Part> parts = new ArrayList<>(List.of(new Template.Literal(variable + "=")));
    parts.addAll(text.parts());
    byte[] whole = expand(parts);
    for (byte b : whole) {
      if (b == 0) {
        Arrays.fill(whole, (byte) 0);
        throw new BrokerException(
            name + " cannot be started: the value for " + variable + " holds a NUL byte.");
      }
    }
    return whole;
  }

  private byte[] file(String variable, Reference reference) throws BrokerException {
    byte[] value = expand(List.of(reference));
    try {
      if (files.isEmpty()) {
        files = Optional.of(SecretFiles.create(home, context.environment()));
      }
      return Broker.bytes(variable + "=" + files.get().write(variable, value));
    } catch (IOException e) {
      throw new BrokerException(
          name + " cannot be started: the file for " + variable + " cannot be written.");
    } finally {
      Arrays.fill(value, (byte) 0);
    }
  }

  /** Text that becomes an argument: strict UTF-8. */
  private String text(Template template) throws BrokerException {
    byte[] bytes = expand(template.parts());
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new BrokerException(name + " cannot be started: a secret in its arguments is no text.");
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private byte[] expand(List<? extends Template.Part> parts) {
    WipedOutput out = new WipedOutput();
    for (Template.Part part : parts) {
      switch (part) {
        case Template.Literal literal -> out.writeBytes(Broker.bytes(literal.text()));
        case Template.Place place -> out.writeBytes(Broker.bytes(context.place(place)));
        case Reference reference ->
            Optional.ofNullable(values.get(reference)).orElseThrow().revealTo(out::writeBytes);
      }
    }
    return out.take();
  }

  /** From here on each revoke tells which value it was. */
  private List<Launch.Grant> printed() {
    List<Launch.Grant> printed = new ArrayList<>();
    for (int i = 0; i < grants.size(); i++) {
      Reference reference = needs.get(i).reference;
      List<byte[]> digest = new ArrayList<>();
      Optional.ofNullable(values.get(reference))
          .orElseThrow()
          .revealTo(bytes -> digest.add(ValueDigest.of(bytes)));
      printed.add(grants.get(i).printed(audit.prints().of(reference.toString(), digest)));
    }
    return printed;
  }

  private Launch launch(
      String command, List<String> arguments, SortedMap<String, byte[]> variables, Path directory) {
    String path = new String(Optional.ofNullable(variables.get("PATH")).orElseThrow(), UTF_8);
    return new Launch(
        command,
        arguments,
        List.copyOf(variables.values()),
        new java.util.TreeSet<>(variables.keySet()),
        path.substring("PATH=".length()),
        directory,
        files,
        printed(),
        audit);
  }

  private void revoke() {
    files.ifPresent(SecretFiles::close);
    for (Launch.Grant grant : grants) {
      audit.submit(
          grant.revoke().with(Field.REF, grant.n()).with(Field.OUTCOME, "refused"), receipt -> {});
    }
  }

  /** A buffer whose content is not left behind on the heap. */
  private static final class WipedOutput extends ByteArrayOutputStream {
    byte[] take() {
      byte[] taken = toByteArray();
      Arrays.fill(buf, (byte) 0);
      return taken;
    }
  }
}
