using System.Runtime.InteropServices;
using CellVitCluster.Domain.Formats;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Store.Files;
using CellVitCluster.Store.Manifests;

namespace CellVitCluster.Store.Cells;

/// <summary>
/// Cell counts per class on a pyramid of square bins: the finest bin is <see cref="FinestBinSize"/> level-0 px, every next level joins 2 × 2
/// bins, the last has one. Memory: 4 bytes per class and finest bin (0.6 MB per class for 100,000 × 100,000 px). Not thread-safe.
/// </summary>
internal sealed class DensityPyramid
{
    /// <summary>Side of the finest bins in level-0 px.</summary>
    public const int FinestBinSize = 256;

    private readonly int _rows;
    private readonly int _columns;
    private readonly SortedDictionary<byte, uint[]> _planes = [];

    /// <summary>An empty pyramid.</summary>
    /// <param name="width">Slide width in level-0 px.</param>
    /// <param name="height">Slide height in level-0 px.</param>
    /// <param name="taxonomy">Classes that get a plane in any case.</param>
    public DensityPyramid(int width, int height, Taxonomy taxonomy)
    {
        _columns = Math.Max(1, (width + FinestBinSize - 1) / FinestBinSize);
        _rows = Math.Max(1, (height + FinestBinSize - 1) / FinestBinSize);
        foreach (CellClass cellClass in taxonomy.Classes)
        {
            _planes[cellClass.Id] = new uint[_rows * _columns];
        }
    }

    /// <summary>Classes with a plane, ascending, with their number of cells.</summary>
    public IEnumerable<(byte Class, long Cells)> Counts => _planes.Select(plane => (plane.Key, plane.Value.Sum(count => (long)count)));

    /// <summary>Counts a cell in the bin of its centroid; one outside the slide counts in the nearest bin.</summary>
    public void Add(SlidePoint centroid, byte cellClass)
    {
        if (!_planes.TryGetValue(cellClass, out uint[]? plane))
        {
            plane = new uint[_rows * _columns];
            _planes.Add(cellClass, plane);
        }

        int column = (int)Math.Clamp(centroid.X / FinestBinSize, 0, _columns - 1);
        int row = (int)Math.Clamp(centroid.Y / FinestBinSize, 0, _rows - 1);
        plane[(row * _columns) + column]++;
    }

    /// <summary>Writes all levels durably.</summary>
    /// <param name="storeDirectory">Directory of the store; the sub-directory is created.</param>
    /// <param name="files">Receives one entry per level.</param>
    /// <returns>The description for the manifest.</returns>
    public ManifestDensity Write(string storeDirectory, List<ManifestFile> files)
    {
        string directory = Path.Combine(storeDirectory, CellStoreFiles.DensityDirectory);
        Directory.CreateDirectory(directory);
        var levels = new List<ManifestDensityLevel>();
        uint[][] planes = [.. _planes.Values];
        int rows = _rows, columns = _columns;
        for (long binSize = FinestBinSize; ; binSize *= 2)
        {
            string name = CellStoreFiles.DensityLevel(levels.Count);
            using (var stream = new DigestFileStream(Path.Combine(storeDirectory, name)))
            {
                stream.Write(new NpyHeader("<u4", [planes.Length, rows, columns]).ToBytes());
                foreach (uint[] plane in planes)
                {
                    stream.Write(MemoryMarshal.AsBytes(plane.AsSpan()));
                }

                files.Add(stream.Complete(name));
            }

            levels.Add(new ManifestDensityLevel(name, binSize, rows, columns));
            if (rows == 1 && columns == 1)
            {
                break;
            }

            planes = [.. planes.Select(plane => Halve(plane, rows, columns))];
            (rows, columns) = ((rows + 1) / 2, (columns + 1) / 2);
        }

        DurableDirectory.Sync(directory);
        return new ManifestDensity([.. _planes.Keys.Select(id => (int)id)], levels);
    }

    private static uint[] Halve(uint[] plane, int rows, int columns)
    {
        int halfColumns = (columns + 1) / 2;
        var half = new uint[(rows + 1) / 2 * halfColumns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                half[(row / 2 * halfColumns) + (column / 2)] += plane[(row * columns) + column];
            }
        }

        return half;
    }
}
