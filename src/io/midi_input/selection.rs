//! Which inputs are wanted.

use super::system::Source;

/// For the sources of each system, in the systems' order, whether they are to be connected.
///
/// With names: every source with one of them in its name, in whatever case; but from the first
/// system that has any for that name only, since the same keyboard may be there in several. Without: the
/// keyboards of the first system that answers.
pub(super) fn wanted(names: &[String], systems: &[Option<Vec<Source>>]) -> Vec<Vec<bool>> {
    let mut wanted: Vec<Vec<bool>> =
        systems.iter().map(|sources| vec![false; sources.as_ref().map_or(0, Vec::len)]).collect();
    if names.is_empty() {
        let first = systems.iter().position(Option::is_some);
        if let Some((wanted, Some(sources))) =
            first.and_then(|first| Some((wanted.get_mut(first)?, systems.get(first)?)))
        {
            mark(wanted, sources, |source| source.is_keyboard);
        }
    }
    for name in names.iter().map(|name| name.to_lowercase()) {
        let named = |source: &Source| {
            source.name.to_lowercase().contains(&name) || source.id.to_lowercase().contains(&name)
        };
        let with_name = systems.iter().zip(&mut wanted).find_map(|(sources, wanted)| {
            let sources = sources.as_ref().filter(|sources| sources.iter().any(named))?;
            Some((wanted, sources))
        });
        if let Some((wanted, sources)) = with_name {
            mark(wanted, sources, named);
        }
    }
    wanted
}

fn mark(wanted: &mut [bool], sources: &[Source], condition: impl Fn(&Source) -> bool) {
    for (wanted, source) in wanted.iter_mut().zip(sources) {
        *wanted |= condition(source);
    }
}

#[cfg(test)]
mod tests;
