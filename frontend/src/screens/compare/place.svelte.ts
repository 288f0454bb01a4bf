// What the address says of this screen. While another screen is on its way it stays as it was, so that nothing is asked
// for an address that is not ours.
import { router } from '../../router.svelte'

let last: Record<string, string> = {}

class Place {
  query = $derived.by(() => (router.at.screen === 'compare' ? (last = router.at.query) : last))
}

export const place = new Place()
