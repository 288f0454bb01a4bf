// The screens and states that are looked at in both themes: an address, and what must be read there.
export const screens = [
  { at: 'overview', heading: 'Overview', says: /Harbourline|of 100/ },
  { at: 'findings', heading: 'Findings' },
  { at: 'compare', heading: 'Compare' },
  { at: 'access', heading: 'Access', says: /most open first/ },
  { at: 'inventory', heading: 'Inventory' },
  { at: 'rules', heading: 'Rule' },
  { at: 'sql', heading: 'SQL' },
  { at: 'snapshots', heading: 'Snapshots' },
  { at: 'collect', heading: '' },
  { at: 'connect', heading: '' },
  { at: 'coverage', heading: 'Coverage' },
  { at: 'attestations', heading: 'Attestations', says: /Single sign-on/ },
  { at: 'report', heading: 'Report', says: /Before you send/ },
  { at: 'settings', heading: 'Settings' },
  { at: 'welcome', heading: 'See what is open' },
]
