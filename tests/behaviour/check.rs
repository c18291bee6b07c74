//! `passerelle check` names each fault, and how to mend it.

use serde_json::Value;

use crate::house::{House, run};

/// What `check --json` finds wrong, as subjects; and whether it ended as it should.
fn wrong(house: &House) -> Vec<String> {
    let output = house.daemon.run(&["check", "--json"]).unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let findings: Value = serde_json::from_str(&text).unwrap_or_else(|why| panic!("{why}: {text}"));
    let findings = findings.as_array().unwrap();
    for finding in findings {
        let mended = finding["mend"].as_str().is_some_and(|mend| !mend.is_empty() && !mend.starts_with('['));
        assert_eq!(finding["ok"] == false, mended, "what is wrong says how to mend it: {finding}");
        assert!(!finding["what"].as_str().unwrap().starts_with('['), "{finding}");
    }
    let wrong: Vec<String> = findings
        .iter()
        .filter(|f| f["ok"] == false)
        .map(|f| f["subject"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(output.status.success(), wrong.is_empty());
    wrong
}

/// A house with Synapse running and the daemon not.
async fn house() -> House {
    let mut house = House::furnish().await;
    house.synapse.start(&[house.daemon.registration()]).await.unwrap();
    house
}

fn replace(house: &House, from: &str, to: &str) {
    house
        .daemon
        .edit_config(|config| {
            assert!(config.contains(from), "{from} is not in {config}");
            config.replace(from, to)
        })
        .unwrap();
}

/// The value of a key in the configuration.
fn value(house: &House, key: &str) -> String {
    let config = std::fs::read_to_string(house.daemon.config()).unwrap();
    let line = config.lines().find_map(|line| line.trim().strip_prefix(&format!("{key}: ")));
    line.unwrap().trim_matches('"').to_owned()
}

#[test]
fn all_is_right_before_and_while_the_daemon_runs() {
    run(async {
        let mut house = house().await;
        assert_eq!(wrong(&house), [] as [String; 0]);
        let output = house.daemon.run(&["check"]).unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("✓ Le serveur Matrix nous atteint."), "{said}");
        house.daemon.start().await.unwrap();
        assert_eq!(wrong(&house), [] as [String; 0]);
    });
}

#[test]
fn tokens_and_addresses_that_do_not_fit_are_named() {
    run(async {
        let house = house().await;
        let config = std::fs::read_to_string(house.daemon.config()).unwrap();
        let restore = || std::fs::write(house.daemon.config(), &config).unwrap();
        let registration = "registration".to_owned();

        replace(&house, &value(&house, "as_token"), "another-as-token");
        assert_eq!(wrong(&house), [registration.clone(), "homeserver.as_token".into()]);
        restore();

        replace(&house, &value(&house, "hs_token"), "another-hs-token");
        assert_eq!(wrong(&house), [registration.clone(), "homeserver.hs_token".into()]);
        restore();

        replace(&house, "# prefix: passerelle_", "prefix: autre_");
        assert_eq!(wrong(&house), [registration, "homeserver.namespace".into()]);
        restore();

        // The homeserver still knows the old address, where nobody listens.
        let listen = format!("listen: \"{}\"", value(&house, "listen"));
        let port = simulators::ports::free().unwrap();
        let elsewhere = format!("listen: \"127.0.0.1:{}\"", port.number);
        replace(&house, &listen, &elsewhere);
        assert_eq!(wrong(&house), ["homeserver.ping"]);
        restore();

        let url = house.synapse.url();
        replace(&house, &url, "http://127.0.0.1:1");
        assert_eq!(wrong(&house), ["homeserver.versions"]);
        restore();

        replace(&house, crate::house::TOKEN, "4242:wrong");
        assert_eq!(wrong(&house), ["telegram.token"]);
        restore();

        house.telegram.privacy(house.bot, true);
        assert_eq!(wrong(&house), ["telegram.privacy"]);
    });
}

#[test]
fn a_database_that_cannot_be_written_is_named() {
    run(async {
        let house = house().await;
        replace(&house, "# database: passerelle.db", "database: /proc/passerelle.db");
        assert_eq!(wrong(&house), ["database"]);
    });
}

#[test]
fn every_key_that_is_wrong_is_named_with_its_line() {
    run(async {
        let house = house().await;
        replace(&house, "# database: passerelle.db", "databse: passerelle.db");
        replace(&house, "kind: telegram", "kind: telegrm");
        let subjects = wrong(&house);
        assert!(subjects.contains(&"config.databse".to_owned()), "{subjects:?}");
        assert!(subjects.contains(&"config.networks.telegram.kind".to_owned()), "{subjects:?}");
        let output = house.daemon.run(&["check"]).unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            said.contains("vouliez-vous dire «\u{a0}database\u{a0}»") && said.contains(", ligne "),
            "{said}"
        );
    });
}
