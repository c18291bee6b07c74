use super::*;

/// A folder with a configuration in it, of which nobody answers anywhere.
fn house() -> (tempfile::TempDir, Config) {
    let folder = tempfile::tempdir().unwrap();
    let text = include_str!("../../config/passerelle.example.yaml")
        .replace("CHANGE_ME_AS", "a")
        .replace("CHANGE_ME_HS", "h")
        .replace("CHANGE_ME_TELEGRAM", "1:t");
    let config = Config::parse(&text, &folder.path().join("config.yaml")).unwrap();
    (folder, config)
}

#[tokio::test]
async fn a_database_that_is_not_there_is_not_made() {
    let (folder, config) = house();
    let (finding, _) = look_at_database(&config).await;
    assert_eq!((finding.what.key.as_str(), finding.mend), ("database-new", None));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn only_our_own_daemon_may_hold_our_address() {
    // As `main` does: there may be one already, from another test.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (_folder, mut config) = house();
    config.networks.clear();
    config.homeserver.url = "http://127.0.0.1:1".parse().unwrap();
    let stranger = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    config.appservice.listen = stranger.local_addr().unwrap();
    for runs in [false, true] {
        let scratch = tempfile::tempdir().unwrap();
        let store = Store::open(&scratch.path().join("s.db")).await.unwrap();
        let findings = look_at_networks(&config, store, runs).await;
        let listen = findings.iter().find(|finding| finding.subject == "listen").unwrap();
        assert_eq!(listen.mend.is_none(), runs);
    }
}

#[test]
fn a_registration_that_does_not_fit_is_named() {
    let (folder, config) = house();
    let (file, written) = (folder.path().join("config.yaml"), folder.path().join("registration.yaml"));
    assert!(look_at_registration(&config, &file).is_none(), "none was written here");
    let ours = Registration::of(&config).to_yaml();
    let looked = |text: &str| {
        std::fs::write(&written, text).unwrap();
        look_at_registration(&config, &file).unwrap()
    };
    assert!(looked(&ours).mend.is_none());
    assert_eq!(looked(&ours.replace("hs_token: h", "hs_token: x")).what.with["keys"], "hs_token");
    assert_eq!(looked("id: [").what.key, "registration-unreadable");
}

#[test]
fn a_mistake_of_the_whole_file_names_the_file() {
    let mistakes = Config::parse("a: 1\na: 2\n", Path::new("c.yaml")).unwrap_err();
    let findings = told(&mistakes);
    assert_eq!((findings[0].subject.as_str(), findings[0].what.with["key"].as_str()), ("config", "c.yaml"));
}

#[test]
fn whoever_closes_the_pipe_has_read_enough() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let findings = [Finding::right("config", Phrase::new("config-right").with("file", "c.yaml"))];
    for as_json in [false, true] {
        let why = print(&findings, Language::Fr, as_json, &mut Closed).unwrap_err();
        assert_eq!(why.kind(), io::ErrorKind::BrokenPipe);
    }
}
