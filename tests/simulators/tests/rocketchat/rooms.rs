//! Rooms, who is in them, and files.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::hall;

#[tokio::test]
async fn lists_come_page_by_page() {
    let hall = hall().await;
    for n in 0..60 {
        let person = hall.server.person(&format!("voisin-{n:02}"), "Voisin");
        hall.server.join(&hall.room, &person).unwrap();
    }
    let page = async |query: &str| {
        let address = format!("{}/api/v1/channels.members?roomId={}{query}", hall.server.url(), hall.room);
        let request = simulators::http().get(address);
        let request = request.header("X-User-Id", &hall.bot).header("X-Auth-Token", &hall.token);
        let told = request.send().await.unwrap().json::<Value>().await.unwrap();
        (told["members"].as_array().unwrap().len(), told["count"].clone(), told["total"].clone())
    };
    let all = json!(63);
    assert_eq!(page("").await, (50, json!(50), all.clone()));
    assert_eq!(page("&offset=60&count=100").await, (3, json!(3), all.clone()));
    assert_eq!(page("&count=0").await, (63, json!(63), all));
}

#[tokio::test]
async fn a_room_is_made_renamed_and_put_away() {
    let hall = hall().await;
    hall.server.roles(&hall.bot, &["bot", "user"]);
    let said = async |route: &str, body: Value| hall.post(route, body).await;
    let made = said("channels.create", json!({ "name": "le-jardin", "members": ["anne"] })).await;
    let id = made.1["channel"]["_id"].clone();
    assert_eq!(made.1["channel"]["usersCount"], 2);
    assert!(hall.server.everything(id.as_str().unwrap()).unwrap().is_empty(), "nobody is said to have come");
    for (name, code) in
        [("le-jardin", "error-duplicate-channel-name"), ("le jardin", "error-invalid-room-name")]
    {
        let (status, body) = said("channels.create", json!({ "name": name })).await;
        assert_eq!((status, &body["errorType"]), (StatusCode::BAD_REQUEST, &json!(code)));
    }
    assert_eq!(said("channels.create", json!({})).await.1["error"], "Param \"name\" is required");
    let topic = said("channels.setTopic", json!({ "roomId": id, "topic": "Semis" })).await.1;
    assert_eq!(topic, json!({ "topic": "Semis", "success": true }));
    assert_eq!(said("channels.archive", json!({ "roomId": id })).await.0, StatusCode::OK);
    assert_eq!(said("channels.archive", json!({ "roomId": id })).await.1["errorType"], "error-room-archived");
    let (_, again) = said("channels.create", json!({ "name": "le-jardin" })).await;
    assert_eq!(again["errorType"], "error-archived-duplicate-name");
    assert_eq!(said("logout", json!({})).await.1["status"], "success");
    assert_eq!(said("channels.create", json!({ "name": "x" })).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn files_are_sent_in_part() {
    let hall = hall().await;
    let id =
        hall.server.say_file(&hall.room, &hall.anne, "vu", "été.txt", "text/plain", b"0123456789".to_vec());
    let message = hall.server.message(&id.unwrap()).unwrap();
    let address = message["attachments"][0]["title_link"].as_str().unwrap();
    let fetch = async |more: &str, range: &str| {
        let request = simulators::http().get(format!("{}{address}{more}", hall.server.url()));
        let request = request.header("X-User-Id", &hall.bot).header("X-Auth-Token", &hall.token);
        request.header("range", range).send().await.unwrap()
    };
    let kept = fetch("?download", "").await;
    assert_eq!(kept.headers()["content-disposition"], "attachment; filename*=UTF-8''%C3%A9t%C3%A9.txt");
    let part = fetch("", "bytes=2-4").await;
    assert_eq!((part.status(), part.text().await.unwrap()), (StatusCode::PARTIAL_CONTENT, "234".to_owned()));
    assert_eq!(fetch("", "bytes=20-30").await.status(), StatusCode::RANGE_NOT_SATISFIABLE);
}
