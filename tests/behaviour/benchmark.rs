//! What the benchmark rests on.

use std::path::Path;

use simulators::bench::{between::Between, known::Known};

/// It also fails when a message is lost, doubled or out of order.
#[tokio::test]
async fn a_database_that_the_benchmark_filled_is_one_that_the_daemon_goes_on_with() {
    let program = Path::new(env!("CARGO_BIN_EXE_passerelle"));
    let known = Known { ghosts: 5, messages: 20, ..Known::links(3) };
    let between = Between::start(program, &known, 16).await.unwrap();
    between.warm_up().await.unwrap();
    for _ in 0..2 {
        between.to_matrix(50).await.unwrap();
        between.to_mattermost(50).await.unwrap();
    }
}
