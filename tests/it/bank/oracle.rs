//! Regions as another reader sees them, over banks made here.
