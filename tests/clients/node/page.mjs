// A page as somebody without JavaScript uses it: its forms, its buttons, its links and its text.

/** A page that was read to its end. */
export class Page {
  constructor(url, type, html) {
    Object.assign(this, { url, forms: [], links: [], text: "" });
    if (!type.includes("html")) return;
    const body = html.replace(/<!--.*?-->|<(script|style)\b.*?<\/\1>/gis, " ");
    this.text = unescape(body.replace(/<[^>]*>/g, " "));
    let form;
    for (const [, closing, tag, rest] of body.matchAll(/<(\/?)([a-z0-9]+)((?:[^>"']|"[^"]*"|'[^']*')*)>/gi)) {
      form = this.#read(tag.toLowerCase(), closing, attributes(rest), form);
    }
  }

  #read(tag, closing, given, form) {
    if (tag === "form") {
      if (closing) return undefined;
      this.forms.push(new Form(this.url, given));
      return this.forms.at(-1);
    }
    if (!closing && form && ["input", "button", "select", "textarea"].includes(tag)) form.add(tag, given);
    if (!closing && tag === "a" && given.href !== undefined) {
      const link = new URL(given.href, this.url);
      if (link.origin === new URL(this.url).origin) this.links.push(link.href);
    }
    return form;
  }

  /** The page in one line, for a message. */
  said() {
    return `${new URL(this.url).pathname}: ${this.text.replace(/\s+/g, " ").trim().slice(0, 400)}`;
  }
}

/** A form: where it goes, what it carries, the fields that a person fills and the buttons to press. */
class Form {
  constructor(page, given) {
    const [action, method] = [new URL(given.action || page, page).href, (given.method || "get").toLowerCase()];
    Object.assign(this, { page, action, method, carried: {}, fields: [], buttons: [] });
  }

  /** Takes in a control. */
  add(tag, { name, value = "", type, checked }) {
    const kind = (type ?? (tag === "button" ? "submit" : "text")).toLowerCase();
    if (kind === "submit" || kind === "image") return this.buttons.push({ name, value });
    if (!name || kind === "button" || kind === "reset") return;
    if (kind === "checkbox" || kind === "radio") {
      if (checked !== undefined) this.carried[name] = value || "on";
      return;
    }
    this.carried[name] = value;
    if (kind !== "hidden") this.fields.push(name);
  }
}

/** The words of a path or of a value, as `/signin/password` or `temporaryAccessPass`. */
export function words(text) {
  return new Set((text.match(/[A-Z]?[a-z0-9]+|[A-Z]+/g) ?? []).map((it) => it.toLowerCase()));
}

function attributes(text) {
  const found = text.matchAll(/([^\s=/"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g);
  return Object.fromEntries([...found].map(([, name, a, b, c]) => [name.toLowerCase(), unescape(a ?? b ?? c ?? "")]));
}

function unescape(text) {
  const names = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (all, hex, number, name) =>
    name ? (names[name] ?? all) : String.fromCodePoint(hex ? parseInt(hex, 16) : Number(number)),
  );
}
