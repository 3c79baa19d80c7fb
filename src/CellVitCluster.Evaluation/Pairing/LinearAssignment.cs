namespace CellVitCluster.Evaluation.Pairing;

/// <summary>
/// Rectangular linear assignment by shortest augmenting paths with potentials (R. Jonker, A. Volgenant, Computing 38, 1987; D. F. Crouse,
/// IEEE TAES 52, 2016): min(rows, columns) pairs with the smallest sum of costs, in O(min² · max) time. Deterministic. Thread-safe.
/// </summary>
public static class LinearAssignment
{
    /// <summary>Assigns rows to columns.</summary>
    /// <param name="costs">Finite costs, row by row: rows · columns values.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <returns>Column of each row; −1 for rows that stay without one because there are more rows than columns.</returns>
    /// <exception cref="ArgumentException">The number of costs is another.</exception>
    public static int[] Solve(ReadOnlySpan<double> costs, int rows, int columns)
    {
        if (costs.Length != (long)rows * columns)
        {
            throw new ArgumentException($"{costs.Length} costs for {rows} × {columns} pairs.", nameof(costs));
        }

        if (rows <= columns)
        {
            return Invert(SolveWide(costs, rows, columns), rows);
        }

        double[] transposed = new double[costs.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                transposed[(column * rows) + row] = costs[(row * columns) + column];
            }
        }

        return SolveWide(transposed, columns, rows);
    }

    /// <summary>Row of each column, −1 for free columns; there are at least as many columns as rows.</summary>
    private static int[] SolveWide(ReadOnlySpan<double> costs, int rows, int columns)
    {
        int[] rowOf = new int[columns];
        Array.Fill(rowOf, -1);
        double[] rowPotential = new double[rows], columnPotential = new double[columns];
        double[] distance = new double[columns];
        int[] previous = new int[columns];
        bool[] settled = new bool[columns];
        int[] path = new int[columns];
        for (int start = 0; start < rows; start++)
        {
            Array.Fill(distance, double.PositiveInfinity);
            Array.Clear(settled);
            int row = start, column = -1, steps = 0;
            double reached = 0;
            do
            {
                ReadOnlySpan<double> costsOfRow = costs.Slice(row * columns, columns);
                int nearest = -1;
                double smallest = double.PositiveInfinity;
                for (int j = 0; j < columns; j++)
                {
                    if (settled[j])
                    {
                        continue;
                    }

                    double candidate = reached + costsOfRow[j] - rowPotential[row] - columnPotential[j];
                    if (candidate < distance[j])
                    {
                        distance[j] = candidate;
                        previous[j] = column;
                    }

                    // Among equally near columns a free one ends the search at once.
                    if (distance[j] < smallest || (distance[j] == smallest && rowOf[j] < 0 && rowOf[nearest] >= 0))
                    {
                        (smallest, nearest) = (distance[j], j);
                    }
                }

                (reached, column) = (smallest, nearest);
                settled[column] = true;
                path[steps++] = column;
                row = rowOf[column];
            }
            while (row >= 0);

            rowPotential[start] += reached;
            for (int i = 0; i < steps - 1; i++)
            {
                int settledColumn = path[i];
                columnPotential[settledColumn] += distance[settledColumn] - reached;
                rowPotential[rowOf[settledColumn]] += reached - distance[settledColumn];
            }

            for (; previous[column] >= 0; column = previous[column])
            {
                rowOf[column] = rowOf[previous[column]];
            }

            rowOf[column] = start;
        }

        return rowOf;
    }

    private static int[] Invert(int[] rowOf, int rows)
    {
        int[] columnOf = new int[rows];
        Array.Fill(columnOf, -1);
        for (int column = 0; column < rowOf.Length; column++)
        {
            if (rowOf[column] >= 0)
            {
                columnOf[rowOf[column]] = column;
            }
        }

        return columnOf;
    }
}
