// What a screen shows in the bar below the title bar in place of the lens: $effect(() => bar.use(mine)).
import type { Snippet } from 'svelte'

class Bar {
  content = $state.raw<Snippet | null>(null)

  use(content: Snippet) {
    this.content = content
    return () => {
      if (this.content === content) this.content = null
    }
  }
}

export const bar = new Bar()
