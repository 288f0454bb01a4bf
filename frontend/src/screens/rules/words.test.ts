import { expect, test } from 'vitest'
import { controls } from './words'

test('controls stand with their framework, whatever they are called', () => {
  expect(controls(['soc2:CC6.1', 'iso27001:A.5.15', 'soc2:CC6.2', 'own:a:b'])).toEqual([
    ['SOC 2', ['CC6.1', 'CC6.2']],
    ['ISO/IEC 27001:2022', ['A.5.15']],
    ['own', ['a:b']],
  ])
})
