package dev.gatekeeper.allowlist.read;

import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.Template;
import dev.gatekeeper.allowlist.TemplateException;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonText;
import dev.gatekeeper.allowlist.json.Json.Member;
import dev.gatekeeper.allowlist.json.Spelling;
import dev.gatekeeper.allowlist.reference.Scheme;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads single values: templates, dates, durations. */
final class Values {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(s|m|h)");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
  private static final Pattern POINTER = Pattern.compile("(/([^/~]|~[01]){0,256}){1,16}");

  private final Faults faults;
  private final boolean personalList;

  Values(Faults faults, boolean personalList) {
    this.faults = faults;
    this.personalList = personalList;
  }

  Optional<LocalDate> date(JsonText text) {
    try {
      return Optional.of(LocalDate.parse(text.text()));
    } catch (DateTimeParseException e) {
      faults.add(text.at(), "this is no date", "write year, month and day, e.g. \"2027-05-01\"");
      return Optional.empty();
    }
  }

  Optional<Duration> duration(Json json, String name, Duration least, Duration most) {
    Matcher matcher = DURATION.matcher(json instanceof JsonText text ? text.text() : "");
    if (!matcher.matches()) {
      faults.add(
          json.at(),
          name + " must be a duration: a number and \"s\", \"m\" or \"h\"",
          json instanceof Json.JsonNumber ? "e.g. 60000 milliseconds are \"60s\"" : "e.g. \"60s\"");
      return Optional.empty();
    }
    long count = Long.parseLong(matcher.group(1));
    Duration duration =
        switch (matcher.group(2)) {
          case "s" -> Duration.ofSeconds(count);
          case "m" -> Duration.ofMinutes(count);
          default -> Duration.ofHours(count);
        };
    if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
      faults.add(
          json.at(), name + " must be from " + least.toSeconds() + "s to " + most.toHours() + "h");
      return Optional.empty();
    }
    return Optional.of(duration);
  }

  Optional<Template> template(JsonText text) {
    if (text.text().indexOf('\0') >= 0) {
      faults.add(text.at(), "a value holds the character NUL, which no process can be given");
      return Optional.empty();
    }
    try {
      Template template = Template.parse(text.text());
      if (personalList && template.references().stream().anyMatch(r -> r.scheme().equals("team"))) {
        faults.add(
            text.at(),
            "a person's own list cannot use the repository's secrets",
            "use secret:NAME");
      }
      if (personalList && template.references().stream().anyMatch(Values::isOfTheProject)) {
        faults.add(
            text.at(),
            "a person's own list cannot use files of a repository",
            "write a path that begins with \"/\" or \"~/\"");
      }
      return Optional.of(template);
    } catch (TemplateException e) {
      faults.add(text.at(), String.valueOf(e.getMessage()), e.hint());
      return Optional.empty();
    }
  }

  private static boolean isOfTheProject(Reference reference) {
    return (reference.scheme().equals(Scheme.AGE.word())
            || reference.scheme().equals(Scheme.SOPS.word()))
        && !reference.name().startsWith("/")
        && !reference.name().startsWith("~/");
  }

  /** A template for a remote server: what stands in our environment is not sent elsewhere. */
  Optional<Template> remote(JsonText text) {
    if (Template.refersToEnvironment(text.text())) {
      faults.add(
          text.at(),
          "a variable of the environment is not sent to a remote server",
          "gatekeeper vault put NAME, then write secret:NAME");
      return Optional.empty();
    }
    Optional<Template> template = template(text);
    if (template.isPresent()
        && template.get().parts().stream().anyMatch(Template.Place.class::isInstance)) {
      faults.add(text.at(), "a folder of this machine is not sent to a remote server");
      return Optional.empty();
    }
    return template;
  }

  /** A template without secrets that is not empty: a program or directory. */
  Optional<Template> place(JsonText text) {
    return place(text, "a program or directory");
  }

  private Optional<Template> place(JsonText text, String what) {
    Optional<Template> template = template(text);
    if (template.isPresent() && template.get().hasSecrets()) {
      faults.add(text.at(), what + " cannot depend on a secret");
      return Optional.empty();
    }
    if (text.text().isBlank()) {
      faults.add(text.at(), what + " cannot be blank");
      return Optional.empty();
    }
    return template;
  }

  List<Template> templates(List<JsonText> texts) {
    List<Template> templates = new ArrayList<>();
    texts.forEach(text -> template(text).ifPresent(templates::add));
    return templates;
  }

  SortedMap<String, Template> env(List<Member> members) {
    SortedMap<String, Template> env = new TreeMap<>();
    for (Member member : members) {
      if (variable(member) && member.value() instanceof JsonText text) {
        template(text).ifPresent(template -> env.put(member.name(), template));
      } else if (!(member.value() instanceof JsonText)) {
        faults.add(
            member.value().at(),
            "a variable's value must be a string, not " + member.value().type());
      }
    }
    return env;
  }

  SortedMap<String, Reference> files(List<Member> members, Set<String> env) {
    SortedMap<String, Reference> files = new TreeMap<>();
    for (Member member : members) {
      if (!variable(member)) {
        continue;
      }
      if (env.contains(member.name())) {
        faults.add(member.nameAt(), "\"" + member.name() + "\" stands in \"env\" as well");
      }
      Optional<Template> template =
          member.value() instanceof JsonText text ? template(text) : Optional.empty();
      if (template.isPresent()
          && template.get().parts().size() == 1
          && template.get().parts().getFirst() instanceof Reference reference) {
        files.put(member.name(), reference);
      } else {
        faults.add(
            member.value().at(), "a file holds one secret as a whole", "write \"secret:NAME\"");
      }
    }
    return files;
  }

  /** References by JSON pointer. */
  SortedMap<String, SortedSet<Reference>> places(List<Member> members) {
    SortedMap<String, SortedSet<Reference>> places = new TreeMap<>();
    for (Member member : members) {
      if (!POINTER.matcher(member.name()).matches() || hasControls(member.name())) {
        faults.add(member.nameAt(), "a place in arguments is a JSON pointer", "e.g. \"/password\"");
        continue;
      }
      SortedSet<Reference> references = new TreeSet<>();
      if (member.value() instanceof Json.JsonArray array) {
        for (Json element : array.elements()) {
          Optional<Template> template =
              element instanceof JsonText text ? template(text) : Optional.empty();
          if (template.isPresent()
              && template.get().parts().size() == 1
              && template.get().parts().getFirst() instanceof Reference reference
              && references.add(reference)) {
            continue;
          }
          faults.add(element.at(), "a different secret belongs here", "write \"secret:NAME\"");
        }
      }
      if (references.isEmpty()) {
        faults.add(
            member.value().at(),
            "the secrets that may stand there are missing",
            "an array of them");
      }
      places.put(member.name(), references);
    }
    return places;
  }

  private boolean variable(Member member) {
    boolean valid = VARIABLE.matcher(member.name()).matches();
    if (!valid) {
      faults.add(
          member.nameAt(),
          "\"" + Spelling.shown(member.name()) + "\" cannot name a variable",
          "letters, digits and \"_\"");
    }
    return valid;
  }

  /** A file that is read here: not blank, without secrets; not the repository's for a person. */
  Optional<Template> file(JsonText text) {
    Optional<Template> file = place(text, "a file");
    if (personalList
        && file.isPresent()
        && !text.text().startsWith("/")
        && !text.text().startsWith("~/")
        && file.get().parts().getFirst() != Template.Place.HOME) {
      faults.add(
          text.at(),
          "a person's own list cannot use files of a repository",
          "write a path that begins with \"/\" or \"~/\"");
      return Optional.empty();
    }
    return file;
  }

  static boolean hasControls(String text) {
    for (int i = 0; i < text.length(); i++) { // no stream: an agent waits for its first list
      if (Character.isISOControl(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }
}
