namespace CellVitCluster.Slides.Synthetic.Tissue;

/// <summary>
/// Color of stained tissue by the Beer–Lambert law: light falls off exponentially with the amounts of hematoxylin and eosin. The two
/// absorption vectors are fitted to real sections at 40x.
/// </summary>
internal static class StainPalette
{
    /// <summary>Steps of hematoxylin in the table.</summary>
    public const int HematoxylinSteps = 256;

    /// <summary>Steps of eosin in the table.</summary>
    public const int EosinSteps = 128;

    /// <summary>Table steps per unit of stain.</summary>
    public const float StepsPerUnit = 100f;

    private static readonly float[] Hematoxylin = [0.66f, 0.78f, 0.33f];
    private static readonly float[] Eosin = [0.12f, 0.66f, 0.30f];
    private static readonly float[] Glass = [243f, 242f, 244f];

    /// <summary>Packed pixels (red in the lowest byte, highest byte 0), row = hematoxylin step, column = eosin step. Channels 8 … 244.</summary>
    public static uint[] Create()
    {
        var table = new uint[HematoxylinSteps * EosinSteps];
        for (int i = 0; i < table.Length; i++)
        {
            float h = i / EosinSteps / StepsPerUnit, e = i % EosinSteps / StepsPerUnit;
            table[i] = Channel(h, e, 0) | (Channel(h, e, 1) << 8) | (Channel(h, e, 2) << 16);
        }

        return table;
    }

    // The lower limit leaves room for the camera noise, which is added to all channels of a packed pixel at once.
    private static uint Channel(float h, float e, int channel) =>
        (uint)Math.Max(8, (int)Math.Round(Glass[channel] * Math.Exp(-((h * Hematoxylin[channel]) + (e * Eosin[channel])))));
}
