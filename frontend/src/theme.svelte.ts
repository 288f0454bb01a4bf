// Light, dark, or as the system has it.
const dark = matchMedia('(prefers-color-scheme: dark)')

class Theme {
  choice = $state('system')

  constructor() {
    dark.addEventListener('change', () => this.show())
  }
  use(choice: string, density: string) {
    this.choice = choice || 'system'
    document.documentElement.dataset.density = density || 'default'
    this.show()
  }
  get dark() {
    return this.choice === 'dark' || (this.choice === 'system' && dark.matches)
  }
  show() {
    document.documentElement.dataset.theme = this.dark ? 'dark' : 'light'
  }
}

export const theme = new Theme()
theme.show()
