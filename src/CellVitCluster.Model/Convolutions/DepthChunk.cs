namespace CellVitCluster.Model.Convolutions;

/// <summary>A run of input channels that are summed in registers before the sums go back to memory.</summary>
/// <param name="FirstBlock">First register of channels, counted over both maps; each map begins with a register of its own.</param>
/// <param name="FirstChannel">First channel, counted over both maps.</param>
/// <param name="Length">Channels.</param>
internal readonly record struct DepthChunk(int FirstBlock, int FirstChannel, int Length)
{
    /// <summary>A panel of weights this deep and a panel of rows fit the first-level cache together (16 KiB and 7 KiB with 512 bits).</summary>
    public const int Longest = 128;

    /// <summary>Cuts the channels of both maps into chunks; none holds channels of both.</summary>
    public static IReadOnlyList<DepthChunk> Cut(ConvolutionChannels channels, int lanes)
    {
        var chunks = new List<DepthChunk>();
        Add(0, 0, channels.First);
        Add(Blocks(channels.First, lanes), channels.First, channels.Second);
        return chunks;

        void Add(int firstBlock, int firstChannel, int count)
        {
            for (int at = 0; at < count; at += Longest)
            {
                chunks.Add(new DepthChunk(firstBlock + (at / lanes), firstChannel + at, Math.Min(Longest, count - at)));
            }
        }
    }

    /// <summary>Registers that some channels take.</summary>
    public static int Blocks(int channels, int lanes) => (channels + lanes - 1) / lanes;
}
