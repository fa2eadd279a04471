import type { Argument, Command, Option } from "commander";

/** The commands of a program as lines of scdoc(5), in the order of its help. */
export function commandSections(program: Command): string {
  const parts: string[] = [];
  for (const command of leaves(program)) {
    const path = pathOf(command);
    const arguments_ = command.registeredArguments.map(argumentText);
    parts.push([`*${path.map(escapeMarks).join(" ")}*`, ...arguments_].join(" "));
    parts.push(`\t${sentence(command.description())}`);
    for (const option of shown(command)) {
      parts.push(
        "",
        `\t*${escapeMarks(option.flags)
          .replaceAll(", ", "*, *")
          .replace(/ (<.*>|\\\[.*\\\])$/, "* $1*")
          .replaceAll("**", "")}*`,
      );
      parts.push(`\t\t${sentence(option.description)}${choices(option)}`);
    }
    parts.push("");
  }
  return parts.join("\n").trimEnd();
}

/** Commands that do something, depth first. */
export function leaves(command: Command): Command[] {
  return command.commands.flatMap((child) => (child.commands.length > 0 ? leaves(child) : [child]));
}

/** Names from below the program down: ["filter", "list"]. */
export function pathOf(command: Command): string[] {
  return command.parent ? [...pathOf(command.parent), command.name()] : [];
}

/** Options that are the same for every command are described once, in the page itself. */
const COMMON = new Set(["--config", "--socket", "--json"]);

function shown(command: Command): Option[] {
  return command.options.filter((option) => !option.hidden && !COMMON.has(option.long ?? ""));
}

function argumentText(argument: Argument): string {
  const name = `_${escapeMarks(argument.name())}_${argument.variadic ? "..." : ""}`;
  return argument.required ? name : `\\[${name}]`;
}

function choices({ argChoices, defaultValue }: Option): string {
  const list = argChoices && argChoices.length > 0 ? ` One of: ${argChoices.map(escapeMarks).join(", ")}.` : "";
  const preset = typeof defaultValue === "string" ? ` Default: ${escapeMarks(defaultValue)}.` : "";
  return list + preset;
}

function sentence(words: string): string {
  const whole = words === "" ? "" : words.charAt(0).toUpperCase() + words.slice(1);
  return escapeMarks(/[.?)]$/.test(whole) ? whole : `${whole}.`).replaceAll("`", "\\`");
}

/** Marks of scdoc that would change how the text looks. */
function escapeMarks(plain: string): string {
  return plain.replaceAll(/[\\*_<>[\]#]/g, "\\$&");
}
