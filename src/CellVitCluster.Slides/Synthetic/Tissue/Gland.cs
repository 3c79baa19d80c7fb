using CellVitCluster.Slides.Synthetic.Nuclei;

namespace CellVitCluster.Slides.Synthetic.Tissue;

/// <summary>A gland in cross-section: epithelium between an outer rim and a lumen.</summary>
/// <param name="Outline">Outer rim, the basement membrane.</param>
/// <param name="LumenRatio">Radius of the lumen relative to the outer rim in the same direction.</param>
/// <param name="Secretion">Eosin-stained content of the lumen, 0 (empty) … 1.</param>
/// <param name="Cytoplasm">How blue the epithelium is, 0 … 1.</param>
/// <param name="Key">Digest that is this gland's alone.</param>
internal sealed record Gland(StarOutline Outline, float LumenRatio, float Secretion, float Cytoplasm, ulong Key);
