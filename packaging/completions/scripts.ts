import type { Command, Option } from "commander";

/** Completion scripts made from the program itself: what is completed is what there is. */

interface Node {
  /** Words before: "", "filter", "filter list". */
  readonly path: string;
  readonly about: string;
  readonly commands: readonly { readonly name: string; readonly about: string }[];
  readonly options: readonly Flag[];
  /** What an argument may be. */
  readonly values: Values | undefined;
}

interface Flag {
  readonly short: string | undefined;
  readonly long: string;
  readonly about: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
  readonly values: Values | undefined;
}

/** Names that only the machine knows, and files. */
type Values = "jails" | "filters" | "files";

function nodes(program: Command): Node[] {
  const walk = (command: Command, path: string): Node[] => [
    {
      path,
      about: command.description(),
      commands: command.commands.map((child) => ({ name: child.name(), about: child.description() })),
      options: [...command.options.filter(({ hidden }) => !hidden).map(flag), HELP],
      values: valuesOf(command.registeredArguments.map((argument) => argument.name())),
    },
    ...command.commands.flatMap((child) => walk(child, path === "" ? child.name() : `${path} ${child.name()}`)),
  ];
  return walk(program, "");
}

const HELP: Flag = {
  short: "-h",
  long: "--help",
  about: "show what it does",
  takesValue: false,
  choices: [],
  values: undefined,
};

function flag(option: Option): Flag {
  return {
    short: option.short,
    long: option.long ?? option.flags,
    about: option.description,
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
    values: { "--config": "files", "--socket": "files", "--file": "files", "--filters": "files", "--jail": "jails" }[
      option.long ?? ""
    ] as Values | undefined,
  };
}

function valuesOf(names: readonly string[]): Values | undefined {
  if (names.includes("jail")) return "jails";
  if (names.includes("path")) return "files";
  if (names.includes("file")) return "filters";
  return names.includes("name") ? "filters" : undefined;
}

/** Commands that give the names that only the machine knows, one on a line. */
const JAILS = "bailiff status 2>/dev/null | sed -n 's/^Jail list: //p' | tr -d ' ' | tr , '\\n'";
const FILTERS = "bailiff filter list 2>/dev/null | awk 'NR > 1 { print $1 }'";

export function bash(program: Command): string {
  const cases = nodes(program).map(({ path, commands, options, values }) => {
    const words = commands.map(({ name }) => name).join(" ");
    const flags = options.flatMap(({ short, long }) => (short === undefined ? [long] : [short, long])).join(" ");
    return `\t"${path}") commands='${words}' options='${flags}' values='${values ?? ""}' ;;`;
  });
  const valued = new Map<string, Flag>();
  for (const { options } of nodes(program)) {
    for (const option of options) if (option.takesValue) valued.set([option.short, option.long].join(" "), option);
  }
  const afterFlags = [...valued.values()].map(({ short, long, choices, values }) => {
    const names = [short, long].filter((name) => name !== undefined).join(" | ");
    const reply =
      values === "files"
        ? 'COMPREPLY=($(compgen -f -- "$word"))'
        : values === "jails"
          ? 'COMPREPLY=($(compgen -W "$(_bailiff_jails)" -- "$word"))'
          : `COMPREPLY=($(compgen -W '${choices.join(" ")}' -- "$word"))`;
    return `\t${names}) ${reply}; return ;;`;
  });
  return `# Completion of bailiff for bash. Made from the program by packaging/generate.ts.

_bailiff_jails() { ${JAILS}; }
_bailiff_filters() { ${FILTERS}; }

_bailiff() {
	local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} path='' at known
	local commands='' options='' values=''
	COMPREPLY=()
	for ((at = 1; at < COMP_CWORD; at++)); do
		known="\${path:+$path }\${COMP_WORDS[at]}"
		case $known in
		${nodes(program)
      .filter(({ path }) => path !== "")
      .map(({ path }) => `"${path}"`)
      .join(" | ")}) path=$known ;;
		esac
	done
	case $before in
${afterFlags.join("\n")}
	esac
	case $path in
${cases.join("\n")}
	esac
	case $word in
	-*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
	*)
		COMPREPLY=($(compgen -W "$commands" -- "$word"))
		case $values in
		files) COMPREPLY=($(compgen -f -- "$word")) ;;
		jails) COMPREPLY+=($(compgen -W "$(_bailiff_jails)" -- "$word")) ;;
		filters) COMPREPLY+=($(compgen -W "$(_bailiff_filters)" -- "$word") $(compgen -f -- "$word")) ;;
		esac
		;;
	esac
}

complete -F _bailiff bailiff
`;
}

export function zsh(program: Command): string {
  const cases = nodes(program).map(({ path, commands, options, values }) => {
    const specs = options.map((option) => `'${zshFlag(option)}'`);
    const rest =
      commands.length > 0
        ? [
            `'1:command:((${commands.map(({ name, about }) => `${name}\\:${zshText(about, "list")}`).join(" ")}))'`,
            "'*:: :->more'",
          ]
        : values === undefined
          ? []
          : [`'*:${values}:_bailiff_${values}'`];
    return `\t"${path}") _arguments -s ${[...specs, ...rest].join(" ")} ;;`;
  });
  return `#compdef bailiff
# Completion of bailiff for zsh. Made from the program by packaging/generate.ts.

_bailiff_jails() { compadd -- \${(f)"$(${JAILS})"} }
_bailiff_filters() { compadd -- \${(f)"$(${FILTERS})"}; _files }
_bailiff_files() { _files }

_bailiff_at() {
	local context state state_descr line
	typeset -A opt_args
	case $1 in
${cases.join("\n")}
	esac
	[[ $state == more ]] && _bailiff_at "\${1:+$1 }$words[1]"
}

_bailiff_at ''
`;
}

function zshFlag({ short, long, about, takesValue, choices, values }: Flag): string {
  const names = short === undefined ? long : `(${short} ${long})'{${short},${long}}'`;
  const action = choices.length > 0 ? `(${choices.join(" ")})` : values === undefined ? " " : `_bailiff_${values}`;
  return `${names}[${zshText(about, "flag")}]${takesValue ? `:value:${action}` : ""}`;
}

function zshText(about: string, where: "flag" | "list"): string {
  const plain = about.replaceAll("'", "’").replaceAll("`", "").replaceAll("\\", "");
  return where === "flag"
    ? plain.replaceAll(/[[\]:]/g, "\\$&")
    : plain.replaceAll(/[\s()[\]:;"<>$&|*?~#]/g, (mark) => (mark === ":" ? "\\\\:" : `\\${mark}`));
}

export function fish(program: Command): string {
  const lines = nodes(program).flatMap(({ path, commands, options, values }) => {
    const at = `-n '__bailiff_at "${path}"'`;
    return [
      ...commands.map(({ name, about }) => `complete -c bailiff ${at} -a ${name} -d ${quote(about)}`),
      ...(values === undefined
        ? []
        : values === "files"
          ? [`complete -c bailiff ${at} -F`]
          : [`complete -c bailiff ${at} -a '(__bailiff_${values})'${values === "filters" ? " -F" : ""}`]),
      ...options.map(({ short, long, about, takesValue, choices, values: of }) => {
        const names = `${short === undefined ? "" : `-s ${short.slice(1)} `}-l ${long.slice(2)}`;
        const value = !takesValue
          ? ""
          : of === "files"
            ? " -r -F"
            : ` -x${choices.length > 0 ? ` -a '${choices.join(" ")}'` : of === "jails" ? " -a '(__bailiff_jails)'" : ""}`;
        return `complete -c bailiff ${at} ${names}${value} -d ${quote(about)}`;
      }),
    ];
  });
  const paths = nodes(program)
    .map(({ path }) => path)
    .filter((path) => path !== "");
  return `# Completion of bailiff for fish. Made from the program by packaging/generate.ts.

function __bailiff_jails
    bailiff status 2>/dev/null | string replace -rf '^Jail list: ' '' | string split ', '
end

function __bailiff_filters
    bailiff filter list 2>/dev/null | string match -rv '^NAME ' | string replace -r ' .*' ''
end

# Is the command so far exactly this one?
function __bailiff_at
    set -l path ''
    for word in (commandline -opc)[2..-1]
        set -l next (string trim "$path $word")
        contains -- "$next" ${paths.map((path) => `'${path}'`).join(" ")}; and set path "$next"
    end
    test "$path" = "$argv[1]"
end

complete -c bailiff -f
${lines.join("\n")}
`;
}

function quote(words: string): string {
  return `'${words.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
