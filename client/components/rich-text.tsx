import { Fragment, type ComponentChildren } from 'preact'

interface Props {
  text: string
  parts: Record<string, ComponentChildren>
}

/** A text in which markers such as `{name}` are replaced by elements, so that each language has its own word order. */
export const RichText = ({ text, parts }: Props) =>
  text
    .split(/\{(\w+)\}/)
    .map((piece, index) => <Fragment key={index}>{index % 2 === 1 ? parts[piece] : piece}</Fragment>)
