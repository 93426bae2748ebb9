package dev.gatekeeper.cli;

import dev.gatekeeper.allowlist.Program;
import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.Template;
import dev.gatekeeper.allowlist.TemplateException;
import dev.gatekeeper.cli.console.CommandFailure;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a person types behind {@code run}: {@code --env NAME=REF}, {@code --file NAME=REF}, then
 * {@code --} and a line. What is wrong is never repeated: it may be a value, typed by mistake.
 */
final class FreeLine {
  private static final String HELP = "gatekeeper run --help";

  private final SortedMap<String, Template> env = new TreeMap<>();
  private final SortedMap<String, Reference> files = new TreeMap<>();

  private FreeLine() {}

  static Program parse(List<String> arguments) throws CommandFailure {
    FreeLine free = new FreeLine();
    int at = 0;
    while (at < arguments.size() && !arguments.get(at).equals("--")) {
      if (at + 1 == arguments.size()) {
        throw refused("expected --env NAME=REF, --file NAME=REF, or --");
      }
      free.option(arguments.get(at), arguments.get(at + 1));
      at += 2;
    }
    List<String> line = arguments.subList(Math.min(at + 1, arguments.size()), arguments.size());
    if (line.isEmpty() || (free.env.isEmpty() && free.files.isEmpty())) {
      throw refused("no command, or no variable is named");
    }
    return Program.of(line, free.env, free.files);
  }

  private void option(String option, String text) throws CommandFailure {
    boolean file = option.equals("--file");
    if (!file && !option.equals("--env")) {
      throw refused("expected --env NAME=REF, --file NAME=REF, or --");
    }
    int equals = text.indexOf('=');
    String name = text.substring(0, Math.max(equals, 0));
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      throw refused("after " + option + " comes NAME=REF");
    }
    if (env.containsKey(name) || files.containsKey(name)) {
      throw refused("a variable is named twice");
    }
    Template value = template(option, text.substring(equals + 1));
    if (!file) {
      env.put(name, value);
    } else if (value.parts().size() == 1 && value.parts().getFirst() instanceof Reference one) {
      files.put(name, one);
    } else {
      throw refused("a file holds one secret as a whole: --file NAME=secret:REF");
    }
  }

  private static Template template(String option, String text) throws CommandFailure {
    try {
      Template value = Template.parse(text);
      if (value.hasSecrets() && text.indexOf('\0') < 0) {
        return value;
      }
    } catch (TemplateException e) {
      // said below, without the text
    }
    throw refused("after " + option + " comes NAME=REF, where REF is secret:NAME or the like");
  }

  private static CommandFailure refused(String what) {
    return new CommandFailure(RunCommand.REFUSED, what, Optional.of(HELP));
  }
}
