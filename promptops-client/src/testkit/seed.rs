//! What a simulator is filled with.

use std::time::SystemTime;

use super::PromptOpsSimulator;
use super::limits::Windows;
use super::templates::Template;
use super::world::{Key, base_of};
use crate::ids::{bare_version, split_id};
use crate::models::{
    Alias, ApiKey, Experiment, FeatureFlag, KeyStatus, ModelSpecificPrompt, Prompt, Scope, Secret,
    UsageRecord, UserSegment,
};

/// The key every simulator has.
pub(super) fn own_key(limits: [u64; 3], wall: SystemTime) -> Key {
    let key = PromptOpsSimulator::API_KEY;
    let [minute, hour, day] = limits;
    let data = ApiKey::new("51e00000-0000-4000-8000-00000000007e")
        .user_id("51e00000-0000-4000-8000-0000000000e1")
        .tenant_id("51e00000-0000-4000-8000-0000000000e2")
        .name("Simulator")
        .api_key_prefix(key.chars().take(8).collect::<String>())
        .api_key(Secret::from(key))
        .secret_key(Secret::from(PromptOpsSimulator::SECRET_KEY))
        .rate_limit_per_minute(minute)
        .rate_limit_per_hour(hour)
        .rate_limit_per_day(day)
        .allowed_scopes([Scope::Read, Scope::Write])
        .status(KeyStatus::Active)
        .created_at(wall)
        .updated_at(wall);
    Key {
        data,
        windows: Windows::default(),
    }
}

impl PromptOpsSimulator {
    /// Stores a version of a prompt. The first of a prompt is stored under its id, the others under the id with the
    /// version, as the server has it; a version that is there is replaced.
    pub fn add_prompt(&self, mut prompt: Prompt) {
        let wall = self.wall();
        if let (base, Some(_)) = split_id(&prompt.id) {
            prompt.name.get_or_insert_with(|| base.to_owned());
        } else {
            prompt.name.get_or_insert_with(|| prompt.id.clone());
        }
        prompt.created_at.get_or_insert_with(|| wall.into());
        prompt.updated_at.get_or_insert_with(|| wall.into());
        self.shared.lock().store(prompt);
    }

    /// The same with id, version and text alone.
    pub fn add(&self, id: &str, version: &str, content: &str) {
        self.add_prompt(Prompt::new(id, bare_version(version), content));
    }

    /// Gives every stored version of a prompt a text of its own for a model.
    pub fn add_for_model(&self, id: &str, text: &ModelSpecificPrompt) {
        for row in &mut self.shared.lock().prompts {
            if base_of(&row.id) == id {
                row.model_specific_prompts.push(text.clone());
            }
        }
    }

    /// Forgets a prompt with all its versions.
    pub fn remove_prompt(&self, id: &str) {
        let base = base_of(id);
        let mut state = self.shared.lock();
        state.prompts.retain(|row| base_of(&row.id) != base);
    }

    /// Forgets one version.
    pub fn remove_version(&self, id: &str, version: &str) {
        let (base, version) = (base_of(id), bare_version(version));
        let mut state = self.shared.lock();
        let is_meant = |row: &Prompt| base_of(&row.id) == base && row.version == version;
        state.prompts.retain(|row| !is_meant(row));
    }

    /// One more key, with its secret; one without limits has the server's own (60, 3600, 86,400).
    pub fn add_key(&self, key: ApiKey) {
        let windows = Windows::default();
        self.shared.lock().keys.push(Key { data: key, windows });
    }

    /// Changes [`API_KEY`](Self::API_KEY): its projects, scopes, state, limits.
    pub fn change_key(&self, change: impl FnOnce(&mut ApiKey)) {
        if let Some(key) = self.shared.lock().keys.first_mut() {
            change(&mut key.data);
        }
    }

    /// [`API_KEY`](Self::API_KEY) has made so many requests in the present minute, hour and day.
    pub fn set_usage(&self, minute: u64, hour: u64, day: u64) {
        let wall = self.wall();
        if let Some(key) = self.shared.lock().keys.first_mut() {
            key.windows.have(wall, [minute, hour, day]);
        }
    }

    /// Somebody reported a use, at this time.
    pub fn add_usage(&self, at: SystemTime, record: UsageRecord) {
        self.shared.lock().usage.push((at, record));
    }

    /// An experiment, in whatever state it says.
    pub fn add_experiment(&self, experiment: Experiment) {
        self.shared.lock().experiments.push(experiment);
    }

    /// A flag; it gets an id when it has none.
    pub fn add_flag(&self, mut flag: FeatureFlag) {
        let mut state = self.shared.lock();
        if flag.id.is_none() {
            flag.id = Some(state.mint());
        }
        state.flags.push(flag);
    }

    /// A segment of users.
    pub fn add_segment(&self, segment: UserSegment) {
        self.shared.lock().segments.push(segment);
    }

    /// A version of a template for the server to render, with variables in single braces.
    pub fn add_template(&self, id: &str, version: &str, content: &str) {
        self.shared.lock().templates.push(Template {
            id: id.to_owned(),
            version: version.to_owned(),
            content: content.to_owned(),
        });
    }

    /// A name for one version of a template, or for several.
    pub fn add_alias(&self, alias: Alias) {
        self.shared.lock().aliases.push(alias);
    }
}
