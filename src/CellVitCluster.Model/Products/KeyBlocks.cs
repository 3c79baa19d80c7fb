namespace CellVitCluster.Model.Products;

/// <summary>
/// How the keys of a unit are cut into blocks whose scores are held at a time, and where the keys and values of a block lie once packed.
/// </summary>
/// <param name="Tokens">Keys.</param>
/// <param name="Length">Keys of a block, whole panels; the last block may hold fewer.</param>
/// <param name="PanelWidth">Numbers in a row of a panel.</param>
/// <param name="HeadWidth">Numbers of a key or value.</param>
internal readonly record struct KeyBlocks(int Tokens, int Length, int PanelWidth, int HeadWidth)
{
    /// <summary>The scores of a panel of queries and this many keys fit the first-level cache twice.</summary>
    private const int Aim = 256;

    /// <summary>Blocks.</summary>
    public int Count => (Tokens + Length - 1) / Length;

    /// <summary>Panels that the numbers of a value take.</summary>
    public int ValuePanels => (HeadWidth + PanelWidth - 1) / PanelWidth;

    /// <summary>Numbers of the packed keys of a block, <c>[panels of keys][HeadWidth, PanelWidth]</c>.</summary>
    public nint KeysLength => (nint)Length * HeadWidth;

    /// <summary>Numbers of the packed keys and values of a block; values are <c>[ValuePanels][Length, PanelWidth]</c>.</summary>
    public nint BlockLength => KeysLength + ((nint)Length * ValuePanels * PanelWidth);

    /// <summary>Cuts into blocks of nearly equal length.</summary>
    public static KeyBlocks Cut(int tokens, int panelWidth, int headWidth)
    {
        int count = Math.Max(1, (tokens + (Aim / 2)) / Aim);
        int length = (tokens + count - 1) / count;
        return new KeyBlocks(tokens, (length + panelWidth - 1) / panelWidth * panelWidth, panelWidth, headWidth);
    }
}
