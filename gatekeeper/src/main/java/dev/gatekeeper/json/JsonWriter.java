package dev.gatekeeper.json;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Fills one object. Names are written in the order of the calls, and must not repeat. */
public final class JsonWriter {
  private final ByteArrayOutputStream out;
  private boolean some;
  private boolean done;

  JsonWriter(ByteArrayOutputStream out) {
    this.out = out;
    out.write('{');
  }

  private JsonWriter name(String name) {
    if (some) {
      out.write(',');
    }
    some = true;
    out.writeBytes(Json.quote(name));
    out.write(':');
    return this;
  }

  public JsonWriter put(String name, String value) {
    return name(name).append(Json.quote(value));
  }

  public JsonWriter put(String name, long value) {
    return name(name).append(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
  }

  public JsonWriter put(String name, boolean value) {
    return name(name).append(Boolean.toString(value).getBytes(StandardCharsets.US_ASCII));
  }

  /** A value that is JSON already. */
  public JsonWriter raw(String name, byte[] json) {
    return name(name).append(json);
  }

  /** An object inside this one. */
  public JsonWriter object(String name, Consumer<JsonWriter> fill) {
    name(name);
    JsonWriter inner = new JsonWriter(out);
    fill.accept(inner);
    inner.out.write('}');
    return this;
  }

  /** An array inside this object. */
  public JsonWriter array(String name, Consumer<Elements> fill) {
    name(name);
    out.write('[');
    fill.accept(new Elements(out));
    out.write(']');
    return this;
  }

  private JsonWriter append(byte[] json) {
    out.writeBytes(json);
    return this;
  }

  /** The object. It cannot be filled any further, nor taken again. */
  public byte[] toBytes() {
    if (done) {
      throw new IllegalStateException("the object is closed");
    }
    done = true;
    out.write('}');
    return out.toByteArray();
  }

  /** The object, as a value. It cannot be filled any further, nor taken again. */
  public Slice toSlice() {
    byte[] bytes = toBytes();
    return new Slice(bytes, 0, bytes.length);
  }

  /** Fills one array. */
  public static final class Elements {
    private final ByteArrayOutputStream out;
    private boolean some;

    Elements(ByteArrayOutputStream out) {
      this.out = out;
    }

    private void next() {
      if (some) {
        out.write(',');
      }
      some = true;
    }

    public Elements add(String value) {
      return raw(Json.quote(value));
    }

    /** An element that is JSON already. */
    public Elements raw(byte[] json) {
      next();
      out.writeBytes(json);
      return this;
    }

    /** An object as the next element. */
    public Elements object(Consumer<JsonWriter> fill) {
      next();
      JsonWriter inner = new JsonWriter(out);
      fill.accept(inner);
      inner.out.write('}');
      return this;
    }
  }
}
