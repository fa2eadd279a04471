import type { FilterLibrary } from "../config/filters.ts";
import { importJails } from "../config/import.ts";
import { readSections } from "../config/ini.ts";
import { readLines } from "./lines.ts";
import { type Output, printable } from "./print.ts";

/** `bailiff jail import FILE...`: nothing is written but what is printed. */
export async function printImported(files: readonly string[], library: FilterLibrary, out: Output): Promise<void> {
  const texts: string[] = [];
  for (const file of files) texts.push((await readLines(file, "fail2ban's")).join("\n"));
  const { config, left } = importJails(readSections(texts), library);
  out.line(
    `// Made from ${printable(files.join(", "))}. What fail2ban's own jail.conf says is not in it: filters have defaults here.`,
  );
  if (left.length > 0) out.line("// Left out:");
  for (const sentence of left) out.line(`//   ${printable(sentence, 400)}`);
  out.line(JSON.stringify(config, null, 2));
}
