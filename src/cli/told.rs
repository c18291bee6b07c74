//! The command line in the terminal's language: its help, and what is wrong with what was typed. clap has English alone.

use clap::{
    Arg, ArgAction, Command as Clap, Error,
    error::{ContextKind, ContextValue, ErrorKind},
};
use contract::Phrase;

use crate::{
    networks::KINDS,
    words::{Language, say},
};

/// What says what each command is for; its attributes say it of the arguments, by their ids.
const COMMANDS: [(&str, &str); 12] = [
    ("passerelle", "cli"),
    ("init", "cli-init"),
    ("registration", "cli-registration"),
    ("check", "cli-check"),
    ("render", "cli-render"),
    ("run", "cli-run"),
    ("backup", "cli-backup"),
    ("dead-letters", "cli-dead-letters"),
    ("list", "cli-list"),
    ("show", "cli-show"),
    ("replay", "cli-replay"),
    ("discard", "cli-discard"),
];

/// The same command line with its help in a language.
pub(super) fn told(command: Clap, language: Language) -> Clap {
    let word = |key: &str| say(&Phrase::new(key), language);
    let is_top = command.get_name() == "passerelle";
    let key = COMMANDS.iter().find(|(name, _)| *name == command.get_name()).map_or("cli", |(_, key)| key);
    let flag = |name: &'static str, action, help: &str| {
        Arg::new(name).long(name).action(action).help(word(help)).help_heading(word("cli-options"))
    };
    let command = command
        .about(word(key))
        .subcommand_help_heading(word("cli-commands"))
        .subcommand_value_name(word("cli-command"))
        .help_template(format!("{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}", word("cli-usage")))
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .mut_args(|arg| of_argument(arg, key, language))
        .arg(flag("help", ArgAction::Help, "cli-help").short('h'))
        .mut_subcommands(|command| told(command, language));
    if is_top { command.arg(flag("version", ArgAction::Version, "cli-version").short('V')) } else { command }
}

/// An argument with what it is for, what it may be and what it is otherwise.
fn of_argument(arg: Arg, key: &str, language: Language) -> Arg {
    let phrase = |key: &str, value: String| say(&Phrase::new(key).with("value", value), language);
    let mut help = of_network(arg.get_id().as_str(), language)
        .unwrap_or_else(|| say(&Phrase::new(&format!("{key}.{}", arg.get_id())), language));
    let heading = if arg.is_positional() { "cli-arguments" } else { "cli-options" };
    let arg = arg.help_heading(say(&Phrase::new(heading), language));
    if !arg.get_action().takes_values() {
        return arg.help(help);
    }
    let values = arg.get_possible_values();
    if !values.is_empty() {
        let names: Vec<&str> = values.iter().map(clap::builder::PossibleValue::get_name).collect();
        help += &phrase("cli-one-of", names.join(", "));
    }
    if let Some(value) = arg.get_default_values().first() {
        help += &phrase("cli-otherwise", value.display().to_string());
    }
    if let Some(name) = arg.get_env() {
        help += &phrase("cli-variable", name.display().to_string());
    }
    arg.help(help).hide_possible_values(true).hide_default_value(true).hide_env(true)
}

/// What an option of a network's key is for.
fn of_network(option: &str, language: Language) -> Option<String> {
    let mut fields = KINDS.iter().flat_map(|kind| kind.fields.iter().map(move |field| (kind, field)));
    let (kind, field) = fields.find(|(kind, field)| kind.option(field) == option)?;
    Some(match field.question {
        Some(question) => {
            let words = say(&Phrase::new(question), language);
            words.trim_end_matches(':').trim_end().to_owned()
        }
        None => say(&Phrase::new("cli-key").with("key", field.key).with("kind", kind.name), language),
    })
}

/// What is wrong with what was typed; `None` where clap says it, or answers what was asked.
pub(super) fn refusal(error: &Error, language: Language) -> Option<String> {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(word)) if !word.is_empty() => word.clone(),
        Some(ContextValue::Strings(words)) if !words.is_empty() => words.join(", "),
        _ => "none".to_owned(),
    };
    let phrase = match error.kind() {
        ErrorKind::InvalidSubcommand => Phrase::new("cli-unknown-command")
            .with("word", context(ContextKind::InvalidSubcommand))
            .with("near", context(ContextKind::SuggestedSubcommand)),
        ErrorKind::UnknownArgument => Phrase::new("cli-unknown-argument")
            .with("word", context(ContextKind::InvalidArg))
            .with("near", context(ContextKind::SuggestedArg)),
        ErrorKind::MissingRequiredArgument => {
            Phrase::new("cli-missing").with("words", context(ContextKind::InvalidArg))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => Phrase::new("cli-no-such-value")
            .with("argument", context(ContextKind::InvalidArg))
            .with("word", context(ContextKind::InvalidValue))
            .with("known", context(ContextKind::ValidValue)),
        ErrorKind::ArgumentConflict => Phrase::new("cli-not-both")
            .with("word", context(ContextKind::InvalidArg))
            .with("other", context(ContextKind::PriorArg)),
        _ => return None,
    };
    let more = say(&Phrase::new("cli-more"), language);
    Some(format!("passerelle: {}\n{more}", say(&phrase, language)))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    /// The help of a command and of all below it.
    fn pages(command: &mut Clap, all: &mut Vec<String>) {
        all.push(command.render_long_help().to_string());
        for below in command.get_subcommands_mut() {
            pages(below, all);
        }
    }

    #[test]
    fn every_page_of_help_is_in_the_terminals_language() {
        for (language, others) in [
            (Language::Fr, ["Usage:", "Commands:", "Print", "default:", "possible values"]),
            (Language::En, ["Usage\u{a0}:", "Commandes", "Affiche", "par défaut", "au choix"]),
        ] {
            let mut all = Vec::new();
            let mut command = told(Cli::command(), language);
            command.build();
            pages(&mut command, &mut all);
            assert_eq!(all.len(), COMMANDS.len());
            for page in all {
                assert!(!page.contains("[cli") && others.iter().all(|word| !page.contains(word)), "{page}");
            }
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_what_to_do() {
        let refused = |line: &str| {
            let command = told(Cli::command(), Language::Fr);
            let error = command.try_get_matches_from(line.split(' ')).unwrap_err();
            refusal(&error, Language::Fr).unwrap()
        };
        for (line, words) in [
            ("passerelle bakcup", "« bakcup » n’est pas une commande. Vouliez-vous dire « backup » ?"),
            ("passerelle check --jason", "« --json »"),
            ("passerelle backup", "Il manque <FILE>"),
            ("passerelle --config", "attend une valeur"),
            ("passerelle init --language de", "Ce peut être : fr, en"),
            ("passerelle dead-letters show un", "« un »"),
            ("passerelle dead-letters replay 1 --all", "pas à la fois"),
        ] {
            let told = refused(line).replace(['\u{a0}', '\u{202f}'], " ");
            assert!(told.contains(words) && told.contains("passerelle --help"), "{line}: {told}");
        }
    }
}
